/// A = V diag(λ) Vᵀ for a symmetric A, with V orthogonal.
///
/// Only the lower triangle of A is read.
/// - Complexity: O(n³), by divide and conquer.
public struct SymmetricEigen<Scalar: BLASScalar>: Sendable, Equatable {
  /// The order n of A.
  public let order: Int
  /// λ, `[n]`, ascending.
  public let values: [Scalar]
  /// V, `[n, n]`: column j belongs to `values[j]`.
  public let vectors: [Scalar]

  /// - Parameter a: `[order, order]`.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public init(factoring a: Span<Scalar>, order: Int) throws(LinearAlgebraError) {
    var work = try finiteLowerCopy(of: a, order: order)
    var values = [Scalar](repeating: 0, count: order)
    if order > 0 {
      let info = LAPACK.syevd(&work, order: order, values: &values)
      if info > 0 { throw .notConverged(index: info - 1) }
    }
    self.order = order
    self.values = values
    vectors = transposed(work, rows: order, columns: order)
  }

  /// λ alone, `[order]`, ascending: a third of the work.
  /// - Parameter a: `[order, order]`; only the lower triangle is read.
  /// - Throws: `.nonFinite`; `.notConverged`.
  public static func values(
    of a: Span<Scalar>, order: Int
  ) throws(LinearAlgebraError) -> [Scalar] {
    var work = try finiteLowerCopy(of: a, order: order)
    var values = [Scalar](repeating: 0, count: order)
    if order > 0 {
      let info = LAPACK.syevd(&work, order: order, values: &values, wantsVectors: false)
      if info > 0 { throw .notConverged(index: info - 1) }
    }
    return values
  }
}
