import JouleCore
import JouleTensor

extension LoadedData {
  /// The same rows with values missing (NaN) where a mask of the same shape is 0; where it is 1 they are given.
  ///
  /// - Throws: `DataFileError` where the mask has another shape, or a value that is neither.
  public func masked(by mask: LoadedData) throws(DataFileError) -> LoadedData {
    let (rowCount, columnCount) = (dataset.rowCount, dataset.columnCount)
    let mask = mask.widened(to: columnCount)
    try mask.requireColumns(columnCount, of: path)
    guard mask.dataset.rowCount == rowCount else {
      throw .rows(
        path: mask.path, found: mask.dataset.rowCount, expected: rowCount, of: path)
    }
    var elements: [Float] = []
    elements.reserveCapacity(rowCount * columnCount)
    for block in dataset.rowBlocks {
      let (values, marks): (Tensor<Float>, Tensor<Float>) = (
        dataset.batch(block), mask.dataset.batch(block)
      )
      if let place = marks.elements.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        let (row, column) = place.quotientAndRemainder(dividingBy: columnCount)
        throw .value(
          path: mask.path, row: block.lowerBound + row + 1, column: column + 1,
          found: marks.elements[place], expected: "0 (missing) or 1 (given)",
          cure: "a mask holds nothing else")
      }
      elements += zip(values.elements, marks.elements).map { $1 == 0 ? .nan : $0 }
    }
    let array = NumberArray(shape: [rowCount, columnCount], elements: .floats(elements))
    let masked = Dataset(Tensor(shape: [rowCount, columnCount], elements: elements))
    return LoadedData(
      dataset: dataset.rowWeights.map { masked.weighted(by: $0) } ?? masked,
      imageShape: imageShape, kind: kind, path: path, arrayName: arrayName,
      columnNames: columnNames, firstMissing: array.firstOutlier { $0.isNaN },
      firstOutside: firstOutside, firstInfinite: firstInfinite)
  }
}
