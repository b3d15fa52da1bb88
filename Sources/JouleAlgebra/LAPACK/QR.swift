/// A = Q R with orthonormal columns in Q and an upper triangular (or trapezoidal) R: the thin form.
/// - Complexity: 2mn² operations for m ≥ n, twice that with Q.
public struct QR<Scalar: BLASScalar>: Sendable, Equatable {
  /// The rows m of A.
  public let rows: Int
  /// The columns n of A.
  public let columns: Int
  /// Q, `[m, min(m, n)]`.
  public let q: [Scalar]
  /// R, `[min(m, n), n]`, with zeros below the diagonal. The signs of the diagonal are LAPACK's.
  public let r: [Scalar]

  /// - Parameter a: `[rows, columns]`.
  /// - Throws: `.nonFinite`.
  public init(factoring a: Span<Scalar>, rows: Int, columns: Int) throws(LinearAlgebraError) {
    // To LAPACK the matrix is Aᵀ, and Aᵀ = L·Q′ is A = Q R with L = Rᵀ, Q′ = Qᵀ: both factors come
    // out row-major without a transposition.
    var work = try finiteCopy(of: a, rows: rows, columns: columns)
    let k = min(rows, columns)
    let scale = Self.safeScale(for: work)
    if scale != 1 { BLAS.scal(scale, work.mutableSpan) }
    var tau = [Scalar](repeating: 0, count: k)
    var r = [Scalar](repeating: 0, count: k * columns)
    if k > 0 {
      LAPACK.gelqf(&work, rows: columns, columns: rows, tau: &tau)
      for row in 0..<k {
        for i in row * columns + row..<(row + 1) * columns { r[i] = work[i] }
      }
      if scale != 1 { BLAS.scal(1 / scale, r.mutableSpan) }
      LAPACK.orglq(&work, rows: k, columns: rows, leadingDimension: columns, tau: &tau)
    }
    self.rows = rows
    self.columns = columns
    self.r = r
    // Q lies in the first k of every `columns` elements; where A is wide, the rest is dropped.
    q =
      k == columns
      ? work : (0..<rows).flatMap { row in work[row * columns..<row * columns + k] }
  }

  /// X that minimises ‖A X − B‖ in every column, for m ≥ n and independent columns of A.
  ///
  /// Column i counts as dependent where its distance |Rᵢᵢ| from the span of those before it is at
  /// most max(m, n)·ε of its length. Rank itself is a question for ``SVD``, as is A with m < n.
  /// - Parameter b: `[rows, columns of B]`; the result is `[columns, columns of B]`.
  /// - Precondition: `rows` ≥ `columns`.
  /// - Throws: `.singular` with the first dependent column; `.nonFinite` for B.
  public func leastSquares(
    _ b: Span<Scalar>, columns width: Int = 1
  ) throws(LinearAlgebraError) -> [Scalar] {
    precondition(
      rows >= columns, "least squares by QR of \(rows) × \(columns): more unknowns than equations")
    if let column = firstDependentColumn { throw .singular(pivot: column) }
    let b = try finiteCopy(of: b, rows: rows, columns: width)
    var x = [Scalar](repeating: 0, count: columns * width)
    BLAS.gemm(
      m: columns, n: width, k: rows, q.span, .transposed, b.span, into: x.mutableSpan)
    BLAS.trsm(m: columns, n: width, r.span, .upper, into: x.mutableSpan)
    return x
  }

  /// A power of two that brings entries in the outer half of the exponents to about one.
  ///
  /// Unlike the eigenvalue and singular value routines, LAPACK's QR does not scale, and the sums of
  /// products in it would overflow. R may still overflow when its true entries do.
  private static func safeScale(for a: [Scalar]) -> Scalar {
    let largest = BLAS.iamax(a.span).map { a[$0].magnitude } ?? 0
    let limit = Scalar.greatestFiniteMagnitude.exponent
    if largest == 0 || largest.exponent.magnitude <= limit.magnitude / 2 { return 1 }
    // One short of the limit, so that the inverse is a normal number too.
    let exponent = max(1 - limit, min(limit - 1, 0 - largest.exponent))
    return Scalar(sign: .plus, exponent: exponent, significand: 1)
  }

  private var firstDependentColumn: Int? {
    let tolerance = Scalar(max(rows, columns)) * Scalar.ulpOfOne
    return (0..<columns).first { i in
      let length = BLAS.nrm2(r.span.extracting(i..<(i * columns + i + 1)), stride: columns)
      return r[i * columns + i].magnitude <= tolerance * length
    }
  }
}
