extension LoadedData {
  /// Checks that every value can serve as a probability or grey level.
  ///
  /// - Parameter allowingMissing: whether NaN may stand for a value to be filled in.
  /// - Throws: `DataFileError.value` for the first value that is NaN or not in [0, 1].
  public func requireProbabilities(allowingMissing: Bool = false) throws(DataFileError) {
    if let missing = firstMissing, !allowingMissing {
      throw .value(
        path: path, row: missing.row + 1, column: missing.column + 1, found: missing.value,
        expected: "a number from 0 to 1",
        cure: "remove or fill in missing values (only --clamp takes NaN)")
    }
    if let outside = firstOutside {
      throw .value(
        path: path, row: outside.row + 1, column: outside.column + 1, found: outside.value,
        expected: "a number from 0 to 1", cure: "rescale the data")
    }
  }

  /// Checks that every value is a number; any finite one will do.
  ///
  /// - Parameter allowingMissing: whether NaN may stand for a value to be filled in.
  /// - Throws: `DataFileError.value` for the first NaN or infinity.
  public func requireFinite(allowingMissing: Bool = false) throws(DataFileError) {
    let candidates = [allowingMissing ? nil : firstMissing, firstInfinite].compactMap { $0 }
    if let found = candidates.min(by: { ($0.row, $0.column) < ($1.row, $1.column) }) {
      throw .value(
        path: path, row: found.row + 1, column: found.column + 1, found: found.value,
        expected: "a finite number", cure: "remove or fill in the value")
    }
  }

  /// Checks that rows have the width that something else has.
  ///
  /// - Parameters:
  ///   - count: the columns wanted.
  ///   - whose: what has so many, for the message, such as "the model".
  public func requireColumns(_ count: Int, of whose: String) throws(DataFileError) {
    guard dataset.columnCount == count else {
      throw .columns(path: path, found: dataset.columnCount, expected: count, of: whose)
    }
  }
}
