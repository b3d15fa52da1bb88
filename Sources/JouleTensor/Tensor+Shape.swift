extension Tensor {
  /// The same elements in another shape; storage is shared.
  ///
  /// - Precondition: the shapes have equally many elements.
  public func reshaped(to shape: [Int]) -> Tensor {
    var result = self
    result.reshape(to: shape)
    return result
  }

  /// Gives the tensor another shape, in place; the row-major order of elements stays.
  ///
  /// - Precondition: the shapes have equally many elements.
  public mutating func reshape(to shape: [Int]) {
    precondition(
      Self.count(of: shape) == count,
      "shape \(shape) has \(Self.count(of: shape)) elements, \(self.shape) has \(count)")
    self.shape = shape
  }

  /// The transpose of a matrix: `[m, n]` → `[n, m]`.
  ///
  /// Products take transposed operands as they are; transpose only when the elements are needed in
  /// that order.
  ///
  /// - Precondition: rank 2.
  /// - Complexity: one pass and one allocation.
  public func transposed() -> Tensor {
    precondition(rank == 2, "transposed() is for matrices, got shape \(shape)")
    return Tensor(
      shape: [shape[1], shape[0]], elements: transposedBlocks(1, rows: shape[0], columns: shape[1]))
  }

  /// The tensor with one axis moved behind all others.
  func movingAxisToEnd(_ axis: Int) -> Tensor {
    let span = axisSpan(axis)
    guard span.inner != 1 else { return self }
    var moved = shape
    moved.append(moved.remove(at: axis))
    return Tensor(
      shape: moved,
      elements: transposedBlocks(span.outer, rows: span.length, columns: span.inner))
  }

  /// The elements of consecutive matrices, each transposed, in tiles of 16 × 16 so that both sides
  /// stay in cache lines.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func transposedBlocks(_ blocks: Int, rows: Int, columns: Int) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: count)
    let tile = 16
    for block in 0..<blocks {
      let base = block * rows * columns
      for rowStart in stride(from: 0, to: rows, by: tile) {
        let rowEnd = Swift.min(rowStart + tile, rows)
        for columnStart in stride(from: 0, to: columns, by: tile) {
          for column in columnStart..<Swift.min(columnStart + tile, columns) {
            for row in rowStart..<rowEnd {
              result[base + column * rows + row] = elements[base + row * columns + column]
            }
          }
        }
      }
    }
    return result
  }

  /// How the elements lie along an axis: element (o, a, i) is at (o · length + a) · inner + i.
  func axisSpan(_ axis: Int) -> (outer: Int, length: Int, inner: Int) {
    precondition(axis >= 0 && axis < rank, "axis \(axis) of a tensor of shape \(shape)")
    return (
      outer: shape[..<axis].reduce(1, *), length: shape[axis],
      inner: shape[(axis + 1)...].reduce(1, *)
    )
  }
}
