import JouleTensor

/// op(A) op(B) of the matrices of two batches, pair by pair.
struct BatchedProduct<Scalar: TensorScalar>: Operation {
  let isLeftTransposed: Bool
  let isRightTransposed: Bool

  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let (a, b) = (inputs[0], inputs[1])
    let rows = a.shape[isLeftTransposed ? 2 : 1]
    let columns = b.shape[isRightTransposed ? 1 : 2]
    return a.mapMatrices(storage, to: [rows, columns]) { matrix, number in
      matrix.matmul(
        b.matrix(number), transposingSelf: isLeftTransposed, transposingOther: isRightTransposed)
    }
  }

  /// The rules of one matrix product, for each pair.
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (a, b, c) = (call.inputs[0], call.inputs[1], call.cotangent)
    let forLeft =
      isLeftTransposed
      ? b.batchedMatmul(c, transposingSelf: isRightTransposed, transposingOther: true)
      : c.batchedMatmul(b, transposingOther: !isRightTransposed)
    let forRight =
      isRightTransposed
      ? c.batchedMatmul(a, transposingSelf: true, transposingOther: isLeftTransposed)
      : a.batchedMatmul(c, transposingSelf: !isLeftTransposed)
    return [forLeft, forRight]
  }
}

extension Value {
  /// The products of the matrices of two batches, pair by pair: `[batch, m, k]` and `[batch, k, n]` give
  /// `[batch, m, n]`.
  ///
  /// - Parameters:
  ///   - transposingSelf: takes `[batch, k, m]` for self.
  ///   - transposingOther: takes `[batch, n, k]` for other.
  public func batchedMatmul(
    _ other: Value, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Value {
    let (a, b) = (shape, other.shape)
    guard a.count == 3, b.count == 3, a[0] == b[0],
      a[transposingSelf ? 1 : 2] == b[transposingOther ? 2 : 1]
    else { stopOnShapes("batchedMatmul", a, b, need: "[batch, m, k] and [batch, k, n]") }
    return Value.apply(
      BatchedProduct(isLeftTransposed: transposingSelf, isRightTransposed: transposingOther),
      to: [self, other])
  }
}

/// A product of matrices or of batches of them.
func matrixProduct<Scalar: TensorScalar>(
  _ left: Value<Scalar>, _ right: Value<Scalar>, transposingLeft: Bool = false,
  transposingRight: Bool = false
) -> Value<Scalar> {
  left.rank == 2
    ? left.matmul(right, transposingSelf: transposingLeft, transposingOther: transposingRight)
    : left.batchedMatmul(
      right, transposingSelf: transposingLeft, transposingOther: transposingRight)
}
