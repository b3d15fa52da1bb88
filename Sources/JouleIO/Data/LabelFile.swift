/// Classes of rows: one whole number a row, from a file of IDX, NPY or a column of text, or what
/// begins the lines of an svmlight file.
public struct LabelFile: Sendable, Equatable {
  public let path: String
  /// In the order of the rows; nil where the file has NaN: a row without a label.
  public let labels: [Int?]

  /// Reads a file of labels; it may be gzipped.
  ///
  /// - Throws: `DataFileError` where it is none, or a value is no whole number from 0 on.
  public static func load(_ path: String) throws(DataFileError) -> LabelFile {
    let (bytes, kind) = try DataFile.contents(path)
    let values = try numbers(bytes, kind, path)
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

  private static func numbers(
    _ bytes: [UInt8], _ kind: DataKind, _ path: String
  ) throws(DataFileError) -> [Double] {
    do throws(FormatError) {
      switch kind {
      case .svmLight: return try SVMLight.decode(bytes).labels
      case .idx:
        switch try IDX.decode(bytes).elements {
        case .bytes(let bytes): return bytes.map { Double($0) }
        case .floats(let floats): return floats.map { Double($0) }
        }
      default: break
      }
    } catch {
      throw .format(path: path, kind: kind, error)
    }
    return try NumberTable.load(path).values
  }
}
