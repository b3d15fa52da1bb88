package import JouleCore

/// A sparse matrix as `scipy.sparse.save_npz` writes it: an NPZ file of the arrays `format`, `shape`, `indptr`, `indices` and
/// `data`.
///
/// Reference: https://docs.scipy.org/doc/scipy/reference/generated/scipy.sparse.save_npz.html.
package enum SparseNPZ {
  /// The rows; nil where the archive holds plain arrays.
  package static func decode(_ bytes: [UInt8]) throws(FormatError) -> SparseRows? {
    let archive = try ZipArchive(bytes)
    let names = Set(archive.entries.map(\.name))
    guard names.isSuperset(of: ["format.npy", "shape.npy", "data.npy"]) else { return nil }
    let format = try NPY.decodeText(contents("format", of: archive))
    guard format == "csr" else {
      throw .unsupported(
        found: "a sparse matrix of format \(FormatError.quoted(format.utf8))",
        expected: "'csr': save it with scipy.sparse.save_npz(path, matrix.tocsr())")
    }
    let shape = try integers("shape", of: archive)
    guard shape.count == 2 else {
      throw .unexpected(
        part: "the shape of the sparse matrix", found: "\(shape)", expected: "rows and columns")
    }
    _ = try ClaimedSize.elements(of: shape, "the sparse matrix")
    guard shape[1] <= SparseRows.mostColumns else {
      throw .tooLarge(
        part: "the sparse matrix", found: "of shape \(shape)",
        limit: "\(SparseRows.mostColumns) columns")
    }
    let rowStarts = try integers("indptr", of: archive)
    guard rowStarts.count == shape[0] + 1 else {
      throw .unexpected(
        part: "the array 'indptr'", found: "of \(rowStarts.count) numbers",
        expected: "\(shape[0] + 1), one more than there are rows")
    }
    let columns = try columns(of: archive, count: shape[1])
    let values = try values(of: archive)
    guard values.count == columns.count else {
      throw .unexpected(
        part: "the array 'data'", found: "of \(values.count) values",
        expected: "\(columns.count), as 'indices' has")
    }
    if let fault = SparseRows.firstFault(
      rowStarts: rowStarts, columns: columns, columnCount: shape[1])
    {
      throw .unexpected(part: fault.part, found: fault.found, expected: fault.expected)
    }
    return SparseRows(
      rowStarts: rowStarts, columns: columns, values: values, columnCount: shape[1])
  }

  private static func contents(
    _ name: String, of archive: ZipArchive
  ) throws(FormatError) -> [UInt8] {
    guard let entry = archive.entries.first(where: { $0.name == name + ".npy" }) else {
      throw .unexpected(
        part: "the archive", found: "a sparse matrix without '\(name)'",
        expected: "format, shape, indptr, indices and data, as scipy.sparse.save_npz writes them")
    }
    return try archive.contents(of: entry)
  }

  /// Whole numbers of any type, which 53 bits hold exactly.
  private static func integers(
    _ name: String, of archive: ZipArchive
  ) throws(FormatError) -> [Int] {
    var integers: [Int] = []
    for value in try NPY.decodeDoubles(contents(name, of: archive)).values {
      guard let integer = Int(exactly: value), abs(integer) < 1 << 53 else {
        throw .unexpected(
          part: "element \(integers.count + 1) of '\(name)'", found: "\(value)",
          expected: "a whole number below 2^53")
      }
      integers.append(integer)
    }
    return integers
  }

  private static func columns(
    of archive: ZipArchive, count: Int
  ) throws(FormatError) -> [Int32] {
    let indices = try integers("indices", of: archive)
    var columns: [Int32] = []
    columns.reserveCapacity(indices.count)
    for index in indices {
      guard let column = Int32(exactly: index) else {
        throw .unexpected(
          part: "element \(columns.count + 1) of 'indices'", found: "\(index)",
          expected: "0 to \(count - 1)")
      }
      columns.append(column)
    }
    return columns
  }

  /// Bytes are grey levels unless none is greater than 1, as in files that list all values.
  private static func values(of archive: ZipArchive) throws(FormatError) -> [Float] {
    let array = try NPY.decode(contents("data", of: archive))
    switch array.elements {
    case .floats(let floats): return floats
    case .bytes(let bytes):
      let scale: Float = bytes.allSatisfy { $0 <= 1 } ? 1 : 255
      return bytes.map { Float($0) / scale }
    }
  }
}
