import JouleTensor

/// The lower triangular L with A = L Lᵀ for symmetric positive definite A.
///
///     Ā = ½ L⁻ᵀ (P + Pᵀ) L⁻¹,   P = Φ(Lᵀ L̄)
///
/// where Φ keeps the lower triangle and halves the diagonal.
///
/// Reference: I. Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527 (2016), eq. 10.
struct CholeskyFactor<Scalar: TensorScalar>: Operation {
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].mapMatrices(storage, to: Array(inputs[0].shape.suffix(2))) { matrix, _ in
      try matrix.cholesky()
    }
  }

  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let l = call.output
    let order = l.shape[l.rank - 1]
    let mask = l.tape.value(Tensor.lowerTriangle(order, diagonal: 0.5))
    let p = matrixProduct(l, call.cotangent, transposingLeft: true) * mask
    let left = l.solveLowerTriangle(p + p.matricesTransposed(), transposed: true)
    // (L⁻ᵀ S) L⁻¹ = (L⁻ᵀ (L⁻ᵀ S)ᵀ)ᵀ, and the result is symmetric.
    return [l.solveLowerTriangle(left.matricesTransposed(), transposed: true) * 0.5]
  }
}

/// The X with L X = B, or Lᵀ X = B, for lower triangular L.
struct TriangularSolution<Scalar: TensorScalar>: Operation {
  let isTransposed: Bool

  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let (l, b) = (inputs[0], inputs[1])
    return l.mapMatrices(storage, to: Array(b.shape.suffix(2))) { matrix, number in
      matrix.solveLowerTriangle(b.matrix(number), transposed: isTransposed)
    }
  }

  /// B̄ = op(L)⁻ᵀ X̄ and L̄ = −B̄ Xᵀ, transposed where L is, of which the lower triangle counts.
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (l, x) = (call.inputs[0], call.output)
    let forRight = l.solveLowerTriangle(call.cotangent, transposed: !isTransposed)
    let full =
      isTransposed
      ? matrixProduct(x, forRight, transposingRight: true)
      : matrixProduct(forRight, x, transposingRight: true)
    let mask = l.tape.value(Tensor.lowerTriangle(l.shape[l.rank - 1], diagonal: 1))
    return [-(full * mask), forRight]
  }
}

extension Value {
  /// The lower triangular L with L Lᵀ = ½ (A + Aᵀ) for a positive definite A = self, or for each of a batch.
  ///
  /// NaN where the matrix is not positive definite: what is computed from it then is NaN, which samplers and
  /// the trainer report.
  ///
  /// - Returns: of A's shape, zero above the diagonals.
  public func cholesky() -> Value {
    requireSquareMatrices("cholesky")
    return Value.apply(CholeskyFactor(), to: [(self + matricesTransposed()) * 0.5])
  }

  /// The X with L X = B, or Lᵀ X = B, for L = self, of which the lower triangle counts.
  ///
  /// - Parameters:
  ///   - other: B, `[n, k]`, or `[batch, n, k]` for a batch of matrices.
  ///   - transposed: whether Lᵀ is meant.
  public func solveLowerTriangle(_ other: Value, transposed: Bool = false) -> Value {
    requireRightHandSides(other, "solveLowerTriangle")
    let mask = tape.value(Tensor.lowerTriangle(shape[rank - 1], diagonal: 1))
    return Value.apply(TriangularSolution(isTransposed: transposed), to: [self * mask, other])
  }
}
