/// A = U diag(σ) Vᵀ, the thin singular value decomposition, with k = min(m, n).
/// - Complexity: O(mn·k), by divide and conquer.
public struct SVD<Scalar: BLASScalar>: Sendable, Equatable {
  /// The rows m of A.
  public let rows: Int
  /// The columns n of A.
  public let columns: Int
  /// U, `[m, k]`, with orthonormal columns.
  public let u: [Scalar]
  /// σ, `[k]`, descending and not negative.
  public let singularValues: [Scalar]
  /// Vᵀ, `[k, n]`, with orthonormal rows.
  public let vT: [Scalar]

  /// - Parameter a: `[rows, columns]`.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public init(factoring a: Span<Scalar>, rows: Int, columns: Int) throws(LinearAlgebraError) {
    // To LAPACK the matrix is Aᵀ = V diag(σ) Uᵀ: what it calls U is, read row by row, our Vᵀ, and
    // the other way round. Nothing is transposed.
    var work = try finiteCopy(of: a, rows: rows, columns: columns)
    let k = min(rows, columns)
    var values = [Scalar](repeating: 0, count: k)
    var u = [Scalar](repeating: 0, count: rows * k)
    var vT = [Scalar](repeating: 0, count: k * columns)
    if k > 0 {
      let info = LAPACK.gesdd(
        &work, rows: columns, columns: rows, values: &values, u: &vT, vT: &u)
      if info > 0 { throw .notConverged(index: info - 1) }
    }
    self.rows = rows
    self.columns = columns
    self.u = u
    singularValues = values
    self.vT = vT
  }

  /// The number of singular values above `relativeTolerance`·σ₁, max(m, n)·ε where nil.
  public func rank(relativeTolerance: Scalar? = nil) -> Int {
    let relative = relativeTolerance ?? Scalar(max(rows, columns)) * Scalar.ulpOfOne
    let threshold = relative * (singularValues.first ?? 0)
    return singularValues.prefix { $0 > threshold }.count
  }

  /// The X of least norm among those that minimise ‖A X − B‖, for any shape and rank of A.
  /// - Parameters:
  ///   - b: `[rows, columns of B]`; the result is `[columns, columns of B]`.
  ///   - relativeTolerance: as in ``rank(relativeTolerance:)``; smaller singular values count as 0.
  /// - Throws: `.nonFinite` for B.
  public func leastSquares(
    _ b: Span<Scalar>, columns width: Int = 1, relativeTolerance: Scalar? = nil
  ) throws(LinearAlgebraError) -> [Scalar] {
    let b = try finiteCopy(of: b, rows: rows, columns: width)
    let k = singularValues.count
    let rank = rank(relativeTolerance: relativeTolerance)
    var coefficients = [Scalar](repeating: 0, count: rank * width)
    BLAS.gemm(
      m: rank, n: width, k: rows, u.span, .transposed, aStride: k, b.span,
      into: coefficients.mutableSpan)
    for i in 0..<rank {
      for j in 0..<width { coefficients[i * width + j] /= singularValues[i] }
    }
    var x = [Scalar](repeating: 0, count: columns * width)
    BLAS.gemm(
      m: columns, n: width, k: rank, vT.span, .transposed, coefficients.span,
      into: x.mutableSpan)
    return x
  }

  /// The Moore-Penrose inverse A⁺, `[n, m]`.
  public func pseudoInverse(relativeTolerance: Scalar? = nil) -> [Scalar] {
    let rank = rank(relativeTolerance: relativeTolerance)
    var scaled = vT
    for i in 0..<rank {
      for j in 0..<columns { scaled[i * columns + j] /= singularValues[i] }
    }
    var result = [Scalar](repeating: 0, count: columns * rows)
    BLAS.gemm(
      m: columns, n: rows, k: rank, scaled.span, .transposed, u.span, .transposed,
      bStride: singularValues.count, into: result.mutableSpan)
    return result
  }
}
