/// NumPy's archive of arrays: a ZIP file of NPY files.
package enum NPZ {
  package static func isNPZ(_ bytes: [UInt8]) -> Bool { ZipArchive.isZip(bytes) }

  /// Reads one array.
  ///
  /// - Parameters:
  ///   - bytes: the archive.
  ///   - name: of the array, with or without ".npy"; nil for the first one.
  /// - Returns: the array, its name, and the names of all arrays in the archive's order.
  package static func decode(
    _ bytes: [UInt8], name: String?
  ) throws(FormatError) -> (array: NumberArray, name: String, names: [String]) {
    let archive = try ZipArchive(bytes)
    let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let names = arrays.map { String($0.name.dropLast(4)) }
    guard let first = arrays.first else {
      throw .unexpected(
        part: "the archive", found: "one without an array", expected: "an NPZ file of numpy.savez")
    }
    var chosen = first
    if let name {
      guard let match = arrays.first(where: { $0.name == name || $0.name == name + ".npy" }) else {
        throw .unexpected(
          part: "the array asked for", found: FormatError.quoted(name.utf8),
          expected: "one of: "
            + names.prefix(20).map { FormatError.quoted($0.utf8) }
            .joined(separator: ", "))
      }
      chosen = match
    }
    let contents = try archive.contents(of: chosen)
    return (try NPY.decode(contents), String(chosen.name.dropLast(4)), names)
  }
}
