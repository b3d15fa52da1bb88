/// A weighted sum of products of transposed matrices, formed block of rows by block of rows.
///
///     M = Σ_t w_t A_tᵀ B_t
///
/// It is the shape of a gradient of weights: rows of A_t and B_t are examples. Terms whose A_t is 0/1 go
/// through ``BitMatrix``, the others through gemm.
public struct OuterSum<S: KernelScalar>: Sendable {
  /// One product, made ready: packing a term and forming the sum can be done by different threads.
  public struct Term: Sendable {
    private enum Left: Sendable {
      case bits(BitMatrix<S>)
      case dense([S])
    }

    let weight: S
    let count: Int
    let rowCount: Int
    let columnCount: Int
    private let left: Left
    private let right: [S]

    /// w AᵀB.
    ///
    /// - Parameters:
    ///   - weight: w.
    ///   - left: A, count × rows, row-major.
    ///   - right: B, count × columns, row-major.
    ///   - count: the number of examples.
    ///   - rows: of the product.
    ///   - columns: of the product.
    public init(weight: S, _ left: [S], _ right: [S], count: Int, rows: Int, columns: Int) {
      requireCount(left.count, count * rows, "A")
      requireCount(right.count, count * columns, "B")
      self.weight = weight
      self.count = count
      rowCount = rows
      columnCount = columns
      // A term of very few examples is no product to speak of: tables would cost more than they save.
      let bits =
        count < 4 ? nil : BitMatrix(transposing: left.span, rows: rows, columns: count)
      self.left = bits.map { .bits($0) } ?? .dense(left)
      self.right = right
    }

    func add(to block: consuming MutableSpan<S>, rows: Range<Int>, beta: S) {
      switch left {
      case .bits(let bits):
        bits.multiply(
          rows: rows, by: right.span, columns: columnCount, alpha: weight, beta: beta,
          into: block)
      case .dense(let left) where count == 1 && beta == 1:
        BLAS.ger(
          m: rows.count, n: columnCount, alpha: weight, left.span.extracting(rows), right.span,
          into: block)
      case .dense(let left):
        BLAS.gemm(
          m: rows.count, n: columnCount, k: count, alpha: weight,
          left.span.extracting(rows.lowerBound...), .transposed, aStride: rowCount, right.span,
          beta: beta, into: block)
      }
    }
  }

  /// Rows of M.
  public let rowCount: Int
  /// Columns of M.
  public let columnCount: Int
  private let terms: [Term]

  /// - Precondition: the terms have these numbers of rows and columns.
  public init(rows: Int, columns: Int, terms: [Term]) {
    for term in terms {
      precondition(
        term.rowCount == rows && term.columnCount == columns,
        "a term of \(term.rowCount) by \(term.columnCount) in a sum of \(rows) by \(columns)")
    }
    rowCount = rows
    columnCount = columns
    self.terms = terms.filter { $0.count > 0 }
  }

  /// block ← β block + rows of M.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - beta: β; 0 overwrites whatever the block held.
  ///   - block: rows × columns.
  public func form(rows: Range<Int>, beta: S, into block: consuming MutableSpan<S>) {
    requireCount(block.count, rows.count * columnCount, "the block")
    if block.count == 0 { return }
    if terms.isEmpty {
      let nothing = [S]()
      return BLAS.gemm(
        m: rows.count, n: columnCount, k: 0, nothing.span, nothing.span, beta: beta, into: block)
    }
    var block = block
    for (number, term) in terms.enumerated() {
      term.add(
        to: block._mutatingExtracting(...), rows: rows, beta: number == 0 ? beta : 1)
    }
  }
}
