public import JouleAlgebra

// Systems of equations. Everything is a matrix [rows, columns]; a right-hand side is a vector [n] or
// several side by side, [n, k], and the result has its rank.
extension Tensor {
  /// The x with A x = b for a square A = self, by LU with row exchanges.
  ///
  /// - Parameter b: `[n]` or `[n, k]`; the result has the same shape.
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.singular`; `.nonFinite` where self or b holds NaN or an infinity.
  /// - Complexity: 2n³/3 + 2n²k operations.
  public func solve(_ b: Tensor) throws(LinearAlgebraError) -> Tensor {
    let width = rightHandSideWidth(b, "solve")
    let factors = try LU(factoring: elements.span, order: order("solve"))
    return Tensor(shape: b.shape, elements: try factors.solve(b.elements.span, columns: width))
  }

  /// The x with A x = b for a symmetric positive definite A = self, by Cholesky's factorization: half
  /// the work of ``solve(_:)``. Only the lower triangle is read.
  ///
  /// - Parameter b: `[n]` or `[n, k]`; the result has the same shape.
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.notPositiveDefinite`; `.nonFinite` where self or b holds NaN or an infinity.
  public func solvePositiveDefinite(_ b: Tensor) throws(LinearAlgebraError) -> Tensor {
    let width = rightHandSideWidth(b, "solvePositiveDefinite")
    let factor = try Cholesky(factoring: elements.span, order: order("solvePositiveDefinite"))
    return Tensor(shape: b.shape, elements: try factor.solve(b.elements.span, columns: width))
  }

  /// The x with L x = b, or Lᵀ x = b, for a lower triangular L = self; what is above its diagonal is not read.
  ///
  /// A zero on the diagonal is not looked for: it gives infinities or NaN.
  ///
  /// - Parameters:
  ///   - b: `[n]` or `[n, k]`; the result has the same shape.
  ///   - transposed: whether Lᵀ is meant.
  /// - Precondition: self is `[n, n]`.
  public func solveLowerTriangle(_ b: Tensor, transposed: Bool = false) -> Tensor {
    let width = rightHandSideWidth(b, "solveLowerTriangle")
    var result = b
    BLAS.trsm(
      m: order("solveLowerTriangle"), n: width, elements.span, .lower,
      transposed ? .transposed : .none, into: result.elements.mutableSpan)
    return result
  }

  /// The x that minimises ‖A x − b‖₂ for a tall A = self with independent columns, by QR.
  ///
  /// For dependent columns or fewer rows than columns see ``minimumNormLeastSquares(_:)``.
  ///
  /// - Parameter b: `[m]` or `[m, k]`; the result is `[n]` or `[n, k]`.
  /// - Precondition: self is `[m, n]` with m ≥ n.
  /// - Throws: `.singular` with the first dependent column; `.nonFinite` where self or b holds NaN or
  ///   an infinity.
  public func leastSquares(_ b: Tensor) throws(LinearAlgebraError) -> Tensor {
    let width = rightHandSideWidth(b, "leastSquares")
    let factors = try QR(factoring: elements.span, rows: shape[0], columns: shape[1])
    return Tensor(
      shape: [shape[1]] + b.shape[1...],
      elements: try factors.leastSquares(b.elements.span, columns: width))
  }

  /// The shortest x of all that minimise ‖A x − b‖₂, for any matrix A = self, by its singular values;
  /// those below max(m, n)·ε of the largest count as zero.
  ///
  /// - Parameter b: `[m]` or `[m, k]`; the result is `[n]` or `[n, k]`.
  /// - Throws: `.nonFinite` where self or b holds NaN or an infinity; `.notConverged`.
  public func minimumNormLeastSquares(_ b: Tensor) throws(LinearAlgebraError) -> Tensor {
    let width = rightHandSideWidth(b, "minimumNormLeastSquares")
    let factors = try SVD(factoring: elements.span, rows: shape[0], columns: shape[1])
    return Tensor(
      shape: [shape[1]] + b.shape[1...],
      elements: try factors.leastSquares(b.elements.span, columns: width))
  }

  /// A⁻¹, `[n, n]`. To solve a system, ``solve(_:)`` is faster and more accurate.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.singular`; `.nonFinite`.
  public func inverse() throws(LinearAlgebraError) -> Tensor {
    let factors = try LU(factoring: elements.span, order: order("inverse"))
    return Tensor(shape: shape, elements: try factors.inverse())
  }

  /// det A; of a large matrix it overflows easily, ``logAbsDeterminant()`` does not.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.nonFinite`. A singular matrix has determinant 0.
  public func determinant() throws(LinearAlgebraError) -> Double {
    try LU(factoring: elements.span, order: order("determinant")).determinant
  }

  /// log |det A| in nats, −∞ for a singular A, and the sign of det A: −1, 0 or 1.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.nonFinite`.
  public func logAbsDeterminant() throws(LinearAlgebraError) -> (value: Double, sign: Int) {
    let factors = try LU(factoring: elements.span, order: order("logAbsDeterminant"))
    return (factors.logAbsDeterminant, factors.determinantSign)
  }

  /// log det A in nats of a symmetric positive definite A, by Cholesky's factorization. Only the lower
  /// triangle is read.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.notPositiveDefinite`; `.nonFinite`.
  public func logDeterminant() throws(LinearAlgebraError) -> Double {
    try Cholesky(factoring: elements.span, order: order("logDeterminant")).logDeterminant
  }

  /// n of a square matrix `[n, n]`.
  func order(_ operation: String) -> Int {
    precondition(
      rank == 2 && shape[0] == shape[1], "\(operation) takes a square matrix, got shape \(shape)")
    return shape[0]
  }

  /// The number of right-hand sides in b, after checking that it fits the rows of self.
  private func rightHandSideWidth(_ b: Tensor, _ operation: String) -> Int {
    precondition(
      rank == 2 && (b.rank == 1 || b.rank == 2) && b.shape[0] == shape[0],
      "\(operation): a right-hand side of shape \(b.shape) for a matrix of shape \(shape)")
    return b.rank == 1 ? 1 : b.shape[1]
  }
}
