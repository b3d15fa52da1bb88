/// A weighted sum of products of transposed matrices, formed block of rows by block of rows.
///
///     M = Σ_t w_t A_tᵀ B_t
///
/// It is the shape of a gradient of weights: rows of A_t and B_t are examples. Terms whose A_t is 0/1 go
/// through ``BitMatrix``, the others through gemm.
public struct OuterSum<S: KernelScalar>: Sendable {
  private enum Left: Sendable {
    case bits(BitMatrix<S>)
    case dense([S])
  }

  private struct Term: Sendable {
    let weight: S
    let count: Int
    let left: Left
    let right: [S]
  }

  /// Rows of M.
  public let rowCount: Int
  /// Columns of M.
  public let columnCount: Int
  private var terms: [Term] = []

  /// The empty sum.
  public init(rows: Int, columns: Int) {
    rowCount = rows
    columnCount = columns
  }

  /// Adds w AᵀB.
  ///
  /// - Parameters:
  ///   - weight: w.
  ///   - left: A, count × rows, row-major.
  ///   - right: B, count × columns, row-major.
  ///   - count: the number of examples.
  public mutating func add(weight: S, _ left: [S], _ right: [S], count: Int) {
    requireCount(left.count, count * rowCount, "A")
    requireCount(right.count, count * columnCount, "B")
    if count == 0 { return }
    let bits = BitMatrix(transposing: left.span, rows: rowCount, columns: count)
    terms.append(
      Term(weight: weight, count: count, left: bits.map { .bits($0) } ?? .dense(left), right: right))
  }

  /// block ← β block + rows of M.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - beta: β; 0 overwrites whatever the block held.
  ///   - block: rows × columns.
  public func form(rows: Range<Int>, beta: S, into block: consuming MutableSpan<S>) {
    requireCount(block.count, rows.count * columnCount, "the block")
    if terms.isEmpty {
      let nothing = [S]()
      return BLAS.gemm(
        m: rows.count, n: columnCount, k: 0, nothing.span, nothing.span, beta: beta, into: block)
    }
    var block = block
    var beta = beta
    for term in terms {
      switch term.left {
      case .bits(let bits):
        bits.multiply(
          rows: rows, by: term.right.span, columns: columnCount, alpha: term.weight, beta: beta,
          into: block._mutatingExtracting(...))
      case .dense(let left):
        BLAS.gemm(
          m: rows.count, n: columnCount, k: term.count, alpha: term.weight,
          left.span.extracting(rows.lowerBound...), .transposed, aStride: rowCount,
          term.right.span, beta: beta, into: block._mutatingExtracting(...))
      }
      beta = 1
    }
  }
}
