/// Why a data file cannot be used.
public enum DataFileError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case format(path: String, kind: DataKind, FormatError)
  /// None of the formats that are read.
  case unknownKind(path: String, found: String)
  case noRows(path: String, shape: [Int])
  /// A value that does not serve as a probability. Rows and columns count from 1.
  case value(path: String, row: Int, column: Int, found: Float, expected: String, cure: String)
  case columns(path: String, found: Int, expected: Int, of: String)
  case rows(path: String, found: Int, expected: Int, of: String)
  /// A label that is no class's number. Rows count from 1.
  case label(path: String, row: Int, found: Double)

  /// One sentence: the file, what was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .format(let path, let kind, let error): "\(path): not a sound \(kind) file: \(error)"
    case .unknownKind(let path, let found):
      "\(path): it is \(found); expected IDX, NPY, NPZ, CSV or TSV, svmlight, PNG or PGM, plain or "
        + "gzipped"
    case .noRows(let path, let shape):
      "\(path): its array of shape \(shape) has no values; expected at least one row and one column"
    case .value(let path, let row, let column, let found, let expected, let cure):
      "\(path): row \(row), column \(column) is \(found), expected \(expected); \(cure)"
    case .columns(let path, let found, let expected, let whose):
      "\(path): it has \(found) columns, expected \(expected) as \(whose) has"
    case .rows(let path, let found, let expected, let whose):
      "\(path): it has \(found) rows, expected \(expected) as \(whose) has"
    case .label(let path, let row, let found):
      "\(path): label \(row) is \(found), expected a whole number from 0 on, or NaN for none"
    }
  }
}
