/// Numbers with every digit of `Double`, and the names that stand beside them: what mathematics wants
/// of a file, such as a transition matrix or the draws of a chain.
///
/// For rows to learn from see ``DataFile``, which keeps them small.
public struct NumberTable: Sendable {
  public let path: String
  public let kind: DataKind
  /// Of rank 2 where the file is text; any rank where it is NPY.
  public let shape: [Int]
  /// Row-major; NaN and infinity as they stand in the file.
  public let values: [Double]
  /// The header of a text file that has one.
  public let columnNames: [String]?
  /// The cells of text that begin the rows below a header.
  public let rowNames: [String]?
  /// The comments of a text file.
  let comments: [DelimitedText.Comment]

  /// Reads a file of CSV, TSV, blanks between columns, or NPY; it may be gzipped.
  ///
  /// - Throws: `DataFileError` with line and column of a cell that is no number, or a row of another
  ///   length.
  public static func load(_ path: String) throws(DataFileError) -> NumberTable {
    let (bytes, kind) = try DataFile.contents(path)
    do throws(FormatError) {
      switch kind {
      case .text:
        let table = try DelimitedText.decode(
          bytes, as: Double.self, allowsRowNames: true, keepsComments: true)
        return NumberTable(
          path: path, kind: kind, shape: [table.rowCount, table.columnCount],
          values: table.values, columnNames: table.header, rowNames: table.rowNames,
          comments: table.comments)
      case .npy:
        let (shape, values) = try NPY.decodeDoubles(bytes)
        return NumberTable(
          path: path, kind: kind, shape: shape, values: values, columnNames: nil, rowNames: nil,
          comments: [])
      default:
        throw .unsupported(found: "\(kind)", expected: "a table of numbers as CSV, TSV or NPY")
      }
    } catch {
      throw .format(path: path, kind: kind, error)
    }
  }
}
