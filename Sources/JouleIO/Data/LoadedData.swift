public import JouleCore

/// What a data file holds.
public struct LoadedData: Sendable {
  /// One example a row.
  public let dataset: Dataset
  /// The shape of every row as an image, when the file tells it.
  public let imageShape: (height: Int, width: Int)?
  /// The format, that inside a gzip file.
  public let kind: DataKind
  public let path: String
  /// The array that was read, when the file holds several.
  public let arrayName: String?
  /// Columns of text, when the file is a table with a header.
  public let columnNames: [String]?

  /// The first NaN, if there is one.
  package let firstMissing: NumberArray.Outlier?
  /// The first value that is not NaN and not in [0, 1], if there is one.
  let firstOutside: NumberArray.Outlier?
  /// The first infinity, if there is one.
  let firstInfinite: NumberArray.Outlier?

  /// A shape to draw the rows in: that of the file, or a square if the columns fill one.
  public var pictureShape: (height: Int, width: Int)? {
    if let imageShape { return imageShape }
    let side = Int(Double(dataset.columnCount).squareRoot().rounded())
    return side * side == dataset.columnCount ? (side, side) : nil
  }
}

extension LoadedData {
  /// Some of the rows, as data of their own.
  ///
  /// - Parameter path: what messages and reports are to call them.
  public func keeping(rows: [Int], path: String) -> LoadedData {
    replacing(dataset.rows(at: rows), path: path)
  }

  /// The same rows, counted by weights.
  ///
  /// - Precondition: as `Dataset.weighted(by:)`.
  public func weighted(by weights: [Double]) -> LoadedData {
    replacing(dataset.weighted(by: weights), path: path)
  }

  /// The same rows with further columns of zeros, where the file tells only of columns that occur in it (svmlight).
  ///
  /// - Parameter count: the columns wanted; files that have as many, or more, stay as they are.
  public func widened(to count: Int) -> LoadedData {
    guard kind == .svmLight, count > dataset.columnCount, count <= SparseRows.mostColumns,
      let rows = dataset.sparseRows
    else { return self }
    let wider = Dataset(
      SparseRows(
        rowStarts: rows.rowStarts, columns: rows.columns, values: rows.values, columnCount: count))
    return replacing(
      dataset.rowWeights.map { wider.weighted(by: $0) } ?? wider, path: path)
  }

  private func replacing(_ dataset: Dataset, path: String) -> LoadedData {
    LoadedData(
      dataset: dataset, imageShape: imageShape, kind: kind, path: path,
      arrayName: arrayName, columnNames: columnNames, firstMissing: firstMissing,
      firstOutside: firstOutside, firstInfinite: firstInfinite)
  }
}
