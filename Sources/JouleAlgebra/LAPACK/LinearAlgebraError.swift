/// What a matrix that came from the world can do to a factorization. Every position counts from zero.
public enum LinearAlgebraError: Error, Sendable, Hashable {
  /// A system without a unique solution: in the elimination, the diagonal entry at `pivot` is zero
  /// (or, in least squares, negligible: that column depends on those before it).
  case singular(pivot: Int)
  /// The leading block of order `pivot` + 1 is not positive definite.
  case notPositiveDefinite(pivot: Int)
  /// An iteration for eigenvalues or singular values stopped short; `index` is where LAPACK was.
  case notConverged(index: Int)
  /// The input holds NaN or an infinity there.
  case nonFinite(row: Int, column: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .singular(let pivot):
      "the matrix is singular: found a zero or negligible pivot at \(pivot) (counted from zero), "
        + "expected every column to be independent of those before it"
    case .notPositiveDefinite(let pivot):
      "the matrix is not positive definite: the leading block of order \(pivot + 1) fails "
        + "(pivot \(pivot), counted from zero)"
    case .notConverged(let index):
      "the iteration for eigenvalues or singular values did not converge at \(index) "
        + "(counted from zero)"
    case .nonFinite(let row, let column):
      "the matrix holds NaN or an infinity at row \(row), column \(column) (counted from zero), "
        + "expected finite numbers"
    }
  }
}
