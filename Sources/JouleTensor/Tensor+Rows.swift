import JouleAlgebra

// Slices along the first axis: a "row" of a tensor [a, b, c] is its [b, c] at one index of the first axis.
extension Tensor {
  /// The number of elements at one index of the first axis.
  private var rowCount: Int {
    precondition(rank > 0, "a tensor of rank 0 has no rows")
    return shape[1...].reduce(1, *)
  }

  private func requireRows(_ rows: Range<Int>) {
    precondition(
      rank > 0 && rows.lowerBound >= 0 && rows.upperBound <= shape[0],
      "rows \(rows) of a tensor of shape \(shape)")
  }

  /// One row, of the shape of a row: `[m, n]` → `[n]`.
  public func row(_ index: Int) -> Tensor {
    requireRows(index..<index + 1)
    return rows(index..<index + 1).reshaped(to: Array(shape[1...]))
  }

  /// Consecutive rows: `[m, n]` → `[rows.count, n]`.
  public func rows(_ rows: Range<Int>) -> Tensor {
    requireRows(rows)
    let length = rowCount
    return Tensor(
      shape: [rows.count] + shape[1...],
      elements: Array(elements[rows.lowerBound * length..<rows.upperBound * length]))
  }

  /// Some rows in the order given; an index may come more than once: `[m, n]` → `[indices.count, n]`.
  public func rows(at indices: [Int]) -> Tensor {
    let length = rowCount
    var picked: [Scalar] = []
    picked.reserveCapacity(indices.count * length)
    for index in indices {
      requireRows(index..<index + 1)
      picked += elements[index * length..<(index + 1) * length]
    }
    return Tensor(shape: [indices.count] + shape[1...], elements: picked)
  }

  /// Some rows in the order given, into `destination` `[indices.count, n]`, overwritten.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rows(at indices: ArraySlice<Int>, into destination: inout Tensor) {
    precondition(
      destination.shape == [indices.count] + shape[1...],
      "\(indices.count) rows of a tensor of shape \(shape) into one of shape \(destination.shape)")
    VectorKernels.best.copyRows(
      indices, of: elements.span, columns: rowCount, into: destination.elements.mutableSpan)
  }

  /// Consecutive columns of a matrix: `[m, n]` → `[m, columns.count]`.
  ///
  /// - Precondition: rank 2.
  public func columns(_ columns: Range<Int>) -> Tensor {
    precondition(
      rank == 2 && columns.lowerBound >= 0 && columns.upperBound <= shape[1],
      "columns \(columns) of a tensor of shape \(shape)")
    var picked: [Scalar] = []
    picked.reserveCapacity(shape[0] * columns.count)
    for row in 0..<shape[0] {
      let start = row * shape[1]
      picked += elements[start + columns.lowerBound..<start + columns.upperBound]
    }
    return Tensor(shape: [shape[0], columns.count], elements: picked)
  }

  /// Overwrites one row with a row of another tensor, in place.
  ///
  /// - Precondition: the rows have the same shape.
  public mutating func assignRow(_ row: Int, from source: Tensor, row sourceRow: Int) {
    assignRows(row..<row + 1, from: source, startingAt: sourceRow)
  }

  /// Overwrites consecutive rows with consecutive rows of another tensor, in place.
  ///
  /// - Parameters:
  ///   - rows: the rows to overwrite.
  ///   - start: the row of `source` to begin at.
  /// - Precondition: the rows have the same shape; `source` has `rows.count` of them from `start` on.
  public mutating func assignRows(
    _ rows: Range<Int>, from source: Tensor, startingAt start: Int = 0
  ) {
    requireRows(rows)
    source.requireRows(start..<start + rows.count)
    precondition(
      shape[1...] == source.shape[1...],
      "rows of a tensor of shape \(source.shape) into one of shape \(shape)")
    let length = rowCount
    // Equally many elements: the array writes them over the old ones and does not grow.
    elements.replaceSubrange(
      rows.lowerBound * length..<rows.upperBound * length,
      with: source.elements[start * length..<(start + rows.count) * length])
  }

  /// Overwrites the rows that are marked with the same rows of another tensor, in place.
  ///
  /// - Parameters:
  ///   - marks: one a row.
  ///   - source: of this tensor's shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func assignRows(where marks: [Bool], from source: Tensor) {
    precondition(
      rank > 0 && marks.count == shape[0] && source.shape == shape,
      "\(marks.count) marks and rows of shape \(source.shape) for a tensor of shape \(shape)")
    VectorKernels.best.copyRows(
      where: marks, of: source.elements.span, to: elements.mutableSpan)
  }

  /// Exchanges the rows that are marked with the same rows of another tensor, in place.
  ///
  /// - Parameters:
  ///   - marks: one a row.
  ///   - other: of this tensor's shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func exchangeRows(where marks: [Bool], with other: inout Tensor) {
    precondition(
      rank > 0 && marks.count == shape[0] && other.shape == shape,
      "\(marks.count) marks and rows of shape \(other.shape) for a tensor of shape \(shape)")
    let length = rowCount
    var first = elements.mutableSpan
    var second = other.elements.mutableSpan
    for row in marks.indices where marks[row] {
      for place in row * length..<(row + 1) * length {
        let value = first[place]
        first[place] = second[place]
        second[place] = value
      }
    }
  }

  /// Drops rows at the end, or adds rows of zeros there, in place. Room that was allocated once is kept.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func setRowCount(_ count: Int) {
    let length = rowCount
    let missing = count * length - elements.count
    if missing < 0 { elements.removeLast(-missing) }
    if missing > 0 { elements.append(contentsOf: repeatElement(0, count: missing)) }
    shape[0] = count
  }
}
