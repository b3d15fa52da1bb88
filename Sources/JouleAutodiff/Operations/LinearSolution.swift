import JouleTensor

/// The X with op(A) X = B, by LU.
struct LinearSolution<Scalar: TensorScalar>: Operation {
  let isTransposed: Bool

  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let (a, b) = (inputs[0], inputs[1])
    return a.mapMatrices(storage, to: Array(b.shape.suffix(2))) { matrix, number in
      try (isTransposed ? matrix.transposed() : matrix).solve(b.matrix(number))
    }
  }

  /// A X = B:  B̄ = A⁻ᵀ X̄ and Ā = −B̄ Xᵀ, transposed where A is.
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (a, x) = (call.inputs[0], call.output)
    let forRight = Value.apply(
      LinearSolution(isTransposed: !isTransposed), to: [a, call.cotangent])
    let forMatrix =
      isTransposed
      ? matrixProduct(x, forRight, transposingRight: true)
      : matrixProduct(forRight, x, transposingRight: true)
    return [-forMatrix, forRight]
  }
}

extension Value {
  /// The X with A X = B for square A = self, by LU with row exchanges.
  ///
  /// NaN where A is singular: what is computed from it then is NaN, which samplers and the trainer report.
  ///
  /// - Parameter other: B, `[n, k]`, or `[batch, n, k]` for a batch of matrices.
  /// - Returns: of B's shape.
  public func solve(_ other: Value) -> Value {
    requireRightHandSides(other, "solve")
    return Value.apply(LinearSolution(isTransposed: false), to: [self, other])
  }
}
