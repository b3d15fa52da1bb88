import JouleAlgebra

/// Products of square matrices, cut by rows for any number of threads.
enum SquareProduct {
  /// Rows a thread takes at a time: enough for gemm to run at its full speed.
  private static let rowsPerPiece = 128

  /// A B, `[order, order]`.
  static func of(_ a: [Double], _ b: [Double], order: Int, on workers: Workers) -> [Double] {
    var product = [Double](repeating: 0, count: order * order)
    workers.mutateRows(of: product.mutableSpan, rowLength: order, rowsPerPiece: rowsPerPiece) {
      rows, block in
      BLAS.gemm(
        m: rows.count, n: order, k: order,
        a.span.extracting(rows.lowerBound * order..<rows.upperBound * order), b.span, into: block)
    }
    return product
  }

  /// A B for column-stochastic matrices, whose columns then sum to one again: rounding does not add up
  /// over many products.
  static func stochastic(_ a: [Double], _ b: [Double], order: Int, on workers: Workers) -> [Double]
  {
    var product = of(a, b, order: order, on: workers)
    let sums = StochasticMatrix.columnSums(of: product, order)
    StochasticMatrix.normalizeColumns(of: &product, sums: sums)
    return product
  }
}
