public import JouleAlgebra

// Factorizations of a matrix. The tuples hold tensors to go on with; to solve many systems with one
// factorization, use the values of the algebra module (Cholesky, LU, QR, SVD) on `elements.span`.
extension Tensor {
  /// L with A = L Lᵀ, lower triangular, of a symmetric positive definite matrix. Only the lower
  /// triangle is read.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.notPositiveDefinite` with the pivot that fails; `.nonFinite`.
  public func cholesky() throws(LinearAlgebraError) -> Tensor {
    let factor = try Cholesky(factoring: elements.span, order: order("cholesky"))
    return Tensor(shape: shape, elements: factor.lower)
  }

  /// A = Q R, thin: Q `[m, k]` with orthonormal columns, R `[k, n]` upper triangular, k = min(m, n).
  ///
  /// - Precondition: rank 2.
  /// - Throws: `.nonFinite`.
  public func qr() throws(LinearAlgebraError) -> (q: Tensor, r: Tensor) {
    let (m, n) = matrixSize("qr")
    let factors = try QR(factoring: elements.span, rows: m, columns: n)
    let k = Swift.min(m, n)
    return (
      Tensor(shape: [m, k], elements: factors.q), Tensor(shape: [k, n], elements: factors.r)
    )
  }

  /// A = U diag(σ) Vᵀ, thin: U `[m, k]`, σ `[k]` descending, Vᵀ `[k, n]`, k = min(m, n).
  ///
  /// - Precondition: rank 2.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public func svd() throws(LinearAlgebraError) -> (u: Tensor, singularValues: Tensor, vT: Tensor) {
    let (m, n) = matrixSize("svd")
    let factors = try SVD(factoring: elements.span, rows: m, columns: n)
    let k = Swift.min(m, n)
    return (
      Tensor(shape: [m, k], elements: factors.u), Tensor(factors.singularValues),
      Tensor(shape: [k, n], elements: factors.vT)
    )
  }

  /// A = V diag(λ) Vᵀ of a symmetric matrix: λ `[n]` ascending, V `[n, n]` with orthonormal columns.
  /// Only the lower triangle is read.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public func symmetricEigen() throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let factors = try SymmetricEigen(factoring: elements.span, order: order("symmetricEigen"))
    return (Tensor(factors.values), Tensor(shape: shape, elements: factors.vectors))
  }

  /// A V = V diag(λ) of any square matrix, in real and imaginary parts: λ `[n]`, V `[n, n]` with
  /// columns of length one. Conjugate pairs stand side by side.
  ///
  /// - Precondition: self is `[n, n]`.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public func eigen() throws(LinearAlgebraError) -> (
    realValues: Tensor, imaginaryValues: Tensor, realVectors: Tensor, imaginaryVectors: Tensor
  ) {
    let factors = try GeneralEigen(factoring: elements.span, order: order("eigen"))
    return (
      Tensor(factors.realValues), Tensor(factors.imaginaryValues),
      Tensor(shape: shape, elements: factors.realVectors),
      Tensor(shape: shape, elements: factors.imaginaryVectors)
    )
  }

  private func matrixSize(_ operation: String) -> (Int, Int) {
    precondition(rank == 2, "\(operation) takes a matrix, got shape \(shape)")
    return (shape[0], shape[1])
  }
}
