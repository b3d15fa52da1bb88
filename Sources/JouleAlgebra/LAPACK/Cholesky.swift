/// A = L Lᵀ for a symmetric positive definite A.
///
/// Only the lower triangle of A is read.
/// - Complexity: n³/3 operations; solving takes 2n² a right-hand side.
public struct Cholesky<Scalar: BLASScalar>: Sendable, Equatable {
  /// The order n of A.
  public let order: Int
  /// L, `[n, n]`, with zeros above the diagonal.
  public let lower: [Scalar]

  /// - Parameter a: `[order, order]`.
  /// - Throws: `.notPositiveDefinite` with the first pivot that is not positive; `.nonFinite`.
  public init(factoring a: Span<Scalar>, order: Int) throws(LinearAlgebraError) {
    // To LAPACK the row-major lower triangle is an upper one, and it finds UᵀU with U = Lᵀ. It
    // leaves the other triangle as it was; `finiteLowerCopy` has put zeros there.
    var factor = try finiteLowerCopy(of: a, order: order)
    if order > 0 {
      let info = LAPACK.potrf(&factor, order: order)
      if info > 0 { throw .notPositiveDefinite(pivot: info - 1) }
    }
    self.order = order
    lower = factor
  }

  /// X with A X = B.
  /// - Parameter b: `[order, columns]`, as is the result.
  /// - Throws: `.nonFinite` for B.
  public func solve(
    _ b: Span<Scalar>, columns: Int = 1
  ) throws(LinearAlgebraError) -> [Scalar] {
    var x = try finiteCopy(of: b, rows: order, columns: columns)
    BLAS.trsm(m: order, n: columns, lower.span, .lower, into: x.mutableSpan)
    BLAS.trsm(m: order, n: columns, lower.span, .lower, .transposed, into: x.mutableSpan)
    return x
  }

  /// log det A = 2 Σᵢ log Lᵢᵢ, in nats, summed in `Double`.
  public var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + logarithm(Double(lower[$1 * order + $1])) }
  }

  /// A⁻¹, `[n, n]`, exactly symmetric.
  public var inverse: [Scalar] {
    if order == 0 { return [] }
    var result = lower
    // Positive definiteness is known by now: every Lᵢᵢ > 0, and `potri` fails only on a zero.
    _ = LAPACK.potri(&result, order: order)
    mirrorLowerTriangle(of: &result, order: order)
    return result
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
private func mirrorLowerTriangle<S: BLASScalar>(of a: inout [S], order: Int) {
  for row in 0..<order {
    for column in 0..<row { a[column * order + row] = a[row * order + column] }
  }
}
