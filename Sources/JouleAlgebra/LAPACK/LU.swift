internal import Glibc

/// P A = L U for a square A, with row exchanges.
///
/// A singular A factors too, so that its determinant is a number (zero); only solving fails.
/// - Complexity: 2n³/3 operations; solving takes 2n² a right-hand side.
public struct LU<Scalar: BLASScalar>: Sendable, Equatable {
  /// The order n of A.
  public let order: Int
  /// U on and above the diagonal, L without its unit diagonal below: `[n, n]`.
  public let factors: [Scalar]
  /// At step i of the elimination, row i changed places with row `exchanges[i]` ≥ i.
  public let exchanges: [Int]
  /// The first zero on the diagonal of U, if A is singular.
  public let singularPivot: Int?

  /// - Parameter a: `[order, order]`.
  /// - Throws: `.nonFinite`.
  public init(factoring a: Span<Scalar>, order: Int) throws(LinearAlgebraError) {
    let input = try finiteCopy(of: a, rows: order, columns: order)
    // Transposed in and out, so that the rows are exchanged and not, as in Aᵀ, the columns.
    var columnMajor = transposed(input, rows: order, columns: order)
    var pivots = [Int32](repeating: 0, count: order)
    let info = order > 0 ? LAPACK.getrf(&columnMajor, order: order, pivots: &pivots) : 0
    self.order = order
    factors = transposed(columnMajor, rows: order, columns: order)
    exchanges = pivots.map { Int($0) - 1 }
    singularPivot = info > 0 ? info - 1 : nil
  }

  /// X with op(A) X = B.
  /// - Parameters:
  ///   - b: `[order, columns]`, as is the result.
  ///   - transpose: `.transposed` solves Aᵀ X = B.
  /// - Throws: `.singular` with the zero pivot; `.nonFinite` for B.
  public func solve(
    _ b: Span<Scalar>, columns: Int = 1, _ transpose: Transpose = .none
  ) throws(LinearAlgebraError) -> [Scalar] {
    if let singularPivot { throw .singular(pivot: singularPivot) }
    var x = try finiteCopy(of: b, rows: order, columns: columns)
    let (n, lu) = (order, factors.span)
    switch transpose {
    case .none:
      for i in 0..<n { swapRows(i, exchanges[i], of: &x, columns: columns) }
      BLAS.trsm(m: n, n: columns, lu, .lower, diagonal: .unit, into: x.mutableSpan)
      BLAS.trsm(m: n, n: columns, lu, .upper, into: x.mutableSpan)
    case .transposed:
      BLAS.trsm(m: n, n: columns, lu, .upper, .transposed, into: x.mutableSpan)
      BLAS.trsm(m: n, n: columns, lu, .lower, .transposed, diagonal: .unit, into: x.mutableSpan)
      for i in (0..<n).reversed() { swapRows(i, exchanges[i], of: &x, columns: columns) }
    }
    return x
  }

  /// A⁻¹, `[n, n]`. To solve a system, ``solve(_:columns:_:)`` is faster and more accurate.
  /// - Throws: `.singular` with the zero pivot.
  public func inverse() throws(LinearAlgebraError) -> [Scalar] {
    let unit: [Scalar] = identity(order)
    return try solve(unit.span, columns: order)
  }

  /// det A, multiplied in `Double`; where it might overflow, take ``logAbsDeterminant``.
  public var determinant: Double {
    (0..<order).reduce(Double(exchangeSign)) { $0 * Double(factors[$1 * order + $1]) }
  }

  /// log |det A| in nats, summed in `Double`; −∞ for a singular A.
  public var logAbsDeterminant: Double {
    (0..<order).reduce(0) { $0 + logarithm(Double(factors[$1 * order + $1]).magnitude) }
  }

  /// The sign of det A: −1, 0 or 1.
  public var determinantSign: Int {
    if singularPivot != nil { return 0 }
    return (0..<order).reduce(exchangeSign) { factors[$1 * order + $1] < 0 ? -$0 : $0 }
  }

  /// L, `[n, n]`, with its unit diagonal.
  public var lower: [Scalar] {
    var result: [Scalar] = identity(order)
    for row in 0..<order {
      for column in 0..<row { result[row * order + column] = factors[row * order + column] }
    }
    return result
  }

  /// U, `[n, n]`.
  public var upper: [Scalar] {
    var result = factors
    for row in 0..<order {
      for column in 0..<row { result[row * order + column] = 0 }
    }
    return result
  }

  /// P as the rows of A in the order in which they stand in P A.
  public var permutation: [Int] {
    var rows = Array(0..<order)
    for (i, other) in exchanges.enumerated() { rows.swapAt(i, other) }
    return rows
  }

  private var exchangeSign: Int {
    exchanges.enumerated().reduce(1) { $1.element == $1.offset ? $0 : -$0 }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func swapRows(_ i: Int, _ j: Int, of x: inout [Scalar], columns: Int) {
    if i == j { return }
    for column in 0..<columns { x.swapAt(i * columns + column, j * columns + column) }
  }
}

/// The natural logarithm, −∞ for zero.
func logarithm(_ x: Double) -> Double { log(x) }
