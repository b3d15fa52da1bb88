import JouleTensor

/// How a value is read as matrices: `[n, m]` is one, `[batch, n, m]` are several.
struct MatrixBatch {
  let count: Int
  let rows: Int
  let columns: Int

  init(_ shape: [Int]) {
    count = shape.count == 3 ? shape[0] : 1
    rows = shape[shape.count - 2]
    columns = shape[shape.count - 1]
  }
}

extension Tensor {
  /// One of the matrices of `[n, m]` or `[batch, n, m]`.
  func matrix(_ number: Int) -> Tensor {
    rank == 2 ? self : rows(number..<number + 1).reshaped(to: Array(shape[1...]))
  }

  /// f of every matrix, side by side; NaN in place of those for which it throws.
  ///
  /// - Parameter shape: of f's results.
  func mapMatrices(
    _ storage: TapeStorage<Scalar>, to shape: [Int], _ body: (Tensor, Int) throws -> Tensor
  ) -> Tensor {
    let count = MatrixBatch(self.shape).count
    var result = storage.tensor([count] + shape)
    for number in 0..<count {
      let part = (try? body(matrix(number), number)) ?? Tensor(shape, repeating: .nan)
      result.assignRow(number, from: part.reshaped(to: [1] + shape), row: 0)
    }
    if rank == 2 { result.reshape(to: shape) }
    return result
  }

  /// 1 on and below the diagonal of every matrix, `diagonal` on it, 0 above.
  static func lowerTriangle(_ order: Int, diagonal: Scalar) -> Tensor {
    var mask = Tensor(zeros: [order, order])
    for row in 0..<order {
      for column in 0..<row { mask[row, column] = 1 }
      mask[row, row] = diagonal
    }
    return mask
  }
}

extension Value {
  /// Stops unless the value is a square matrix or several.
  func requireSquareMatrices(_ operation: String) {
    guard rank == 2 || rank == 3, shape[rank - 1] == shape[rank - 2] else {
      stopOnShape(operation, shape, need: "[n, n] or [batch, n, n]")
    }
  }

  /// Stops unless `other` is right-hand sides for these square matrices.
  func requireRightHandSides(_ other: Value, _ operation: String) {
    requireSquareMatrices(operation)
    guard other.rank == rank, MatrixBatch(other.shape).rows == MatrixBatch(shape).rows,
      MatrixBatch(other.shape).count == MatrixBatch(shape).count
    else {
      stopOnShapes(operation, shape, other.shape, need: "[n, n] and [n, k], or batches of both")
    }
  }
}
