import Joule

/// Rows of results in a file for other programs: NPY, or CSV with a header where columns have names.
enum TableFile {
  /// - Throws: where the name does not say which.
  static func requireName(_ path: String) throws(Failure) {
    try require(
      isNPY(path) || path.lowercased().hasSuffix(".csv"),
      "--output must end in .npy or .csv, got '\(path)'")
  }

  /// - Parameters:
  ///   - table: `[rows, columns]`.
  ///   - columns: their names; nil for none.
  static func write<Scalar: TensorScalar & TextOutputStreamable>(
    _ table: Tensor<Scalar>, columns: [String]?, to path: String
  ) throws {
    if isNPY(path) {
      let values = Tensor<Float>(table)
      return try AtomicFile.write(NPY.encode(values.elements, shape: values.shape), to: path)
    }
    let width = table.shape[1]
    var text = columns.map { $0.joined(separator: ",") + "\n" } ?? ""
    for row in 0..<table.shape[0] {
      let values = table.elements[row * width..<(row + 1) * width]
      text += values.map { "\($0)" }.joined(separator: ",") + "\n"
    }
    try AtomicFile.write(text, to: path)
  }

  private static func isNPY(_ path: String) -> Bool { path.lowercased().hasSuffix(".npy") }
}
