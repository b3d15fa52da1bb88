/// Classes of rows: one whole number a row, from a file of IDX, NPY or a column of text.
public struct LabelFile: Sendable, Equatable {
  public let path: String
  /// In the order of the rows; nil where the file has NaN: a row without a label.
  public let labels: [Int?]

  /// Reads a file of labels; it may be gzipped.
  ///
  /// - Throws: `DataFileError` where it is none, or a value is no whole number from 0 on.
  public static func load(_ path: String) throws(DataFileError) -> LabelFile {
    let (bytes, kind) = try DataFile.contents(path)
    let values: [Double]
    if kind == .idx {
      do throws(FormatError) {
        switch try IDX.decode(bytes).elements {
        case .bytes(let bytes): values = bytes.map { Double($0) }
        case .floats(let floats): values = floats.map { Double($0) }
        }
      } catch {
        throw .format(path: path, kind: kind, error)
      }
    } else {
      values = try NumberTable.load(path).values
    }
    var labels: [Int?] = []
    labels.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      if value.isNaN {
        labels.append(nil)
      } else if let label = Int(exactly: value), label >= 0 {
        labels.append(label)
      } else {
        throw .label(path: path, row: row + 1, found: value)
      }
    }
    return LabelFile(path: path, labels: labels)
  }
}
