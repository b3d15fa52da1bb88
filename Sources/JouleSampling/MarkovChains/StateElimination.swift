import JouleAlgebra

/// Elimination of states one by one, each replaced by what the chain does when it is not watched there:
/// the triangular factors of I − T without a subtraction.
///
///     s_k = Σ_{i<k} T[i, k],   l[i, k] = T[i, k] / s_k,   T[i, j] += l[i, k] T[k, j]   for i, j < k
///
/// from the last state down to state 1; state 0 stays. Gaussian elimination on I − T would take 1 − T[k, k]
/// from rounded numbers, and where the chain hardly leaves a group of states, that difference is mostly
/// rounding. Here all terms are positive: every result is accurate to about n rounding errors
/// relative to itself, however small it is and however badly I − T is conditioned. Diagonals are
/// never read.
///
/// Blocks of states are eliminated at a time, so that most of the work is a product of matrices.
///
/// References: Grassmann, Taksar and Heyman, Operations Research 33 (1985) 1107; O'Cinneide,
/// "Entrywise perturbation theory and error analysis for Markov chains", Numer. Math. 65 (1993), Theorem 5.
struct StateElimination {
  private static let blockSize = 64
  private static let rowsPerPiece = 128

  private let count: Int
  /// l above the diagonal; below it T[k, j], j < k, as it was when k was eliminated.
  private let factors: [Double]
  /// s_k; entry 0 is not used.
  private let outflows: [Double]

  /// - Parameter matrix: column-stochastic, `[count, count]`, row-major; from every state there is a way
  ///   to state 0.
  /// - Throws: the first state whose outflow is no positive number: products of its ways out underflow.
  /// - Complexity: 2n³/3 operations, most of them in gemm.
  init(
    _ matrix: [Double], count: Int, on workers: Workers = .single
  ) throws(UnderflowAt) {
    precondition(matrix.count == count * count, "\(matrix.count) elements for \(count) states")
    var a = matrix
    var outflows = [Double](repeating: 0, count: count)
    var end = count
    while end > 1 {
      let start = max(1, end - Self.blockSize)
      try Self.eliminate(start..<end, of: &a, count: count, outflows: &outflows, on: workers)
      end = start
    }
    self.count = count
    factors = a
    self.outflows = outflows
  }

  struct UnderflowAt: Error {
    let state: Int
  }

  private static func eliminate(
    _ block: Range<Int>, of a: inout [Double], count: Int, outflows: inout [Double],
    on workers: Workers
  ) throws(UnderflowAt) {
    let (start, width) = (block.lowerBound, block.count)
    var panel = [Double](repeating: 0, count: block.upperBound * width)
    for row in 0..<block.upperBound {
      for c in 0..<width { panel[row * width + c] = a[row * count + start + c] }
    }
    for c in (0..<width).reversed() {
      let k = start + c
      var outflow = 0.0
      for row in 0..<k { outflow += panel[row * width + c] }
      guard outflow > 0, outflow.isFinite else { throw UnderflowAt(state: k) }
      outflows[k] = outflow
      for row in 0..<k {
        let share = panel[row * width + c] / outflow
        panel[row * width + c] = share
        if share == 0 { continue }
        for q in 0..<c { panel[row * width + q] += share * panel[k * width + q] }
      }
    }
    for row in 0..<block.upperBound {
      for c in 0..<width { a[row * count + start + c] = panel[row * width + c] }
    }
    // Rows of the block left of it: X_c += Σ_{q>c} l[c, q] X_q, which is (I − U)⁻¹ X.
    var triangle = [Double](repeating: 0, count: width * width)
    for c in 0..<width {
      for q in (c + 1)..<max(width, c + 1) {
        triangle[c * width + q] = -panel[(start + c) * width + q]
      }
    }
    var rows = [Double](repeating: 0, count: width * start)
    for c in 0..<width {
      for j in 0..<start { rows[c * start + j] = a[(start + c) * count + j] }
    }
    BLAS.trsm(
      m: width, n: start, triangle.span, .upper, diagonal: .unit, into: rows.mutableSpan)
    for c in 0..<width {
      for j in 0..<start { a[(start + c) * count + j] = rows[c * start + j] }
    }
    let (shares, through) = (panel, rows)
    workers.mutateRows(of: a.mutableSpan, rowLength: count, rowsPerPiece: rowsPerPiece) {
      pieceRows, piece in
      let used = pieceRows.clamped(to: 0..<start)
      if used.isEmpty { return }
      BLAS.gemm(
        m: used.count, n: start, k: width,
        shares.span.extracting(used.lowerBound * width..<used.upperBound * width), through.span,
        beta: 1, into: piece, cStride: count)
    }
  }

  /// π with T π = π, of sum one.
  var stationary: [Double] {
    var x = [Double](repeating: 0, count: count)
    x[0] = 1
    for k in 1..<max(1, count) {
      var inflow = 0.0
      for j in 0..<k { inflow += factors[k * count + j] * x[j] }
      let value = inflow / outflows[k]
      if value < 1e100 {
        x[k] = value
      } else {
        // Probabilities may differ by more than the range of Double: the greatest so far becomes one.
        let scale = outflows[k] / inflow
        for j in 0..<k { x[j] *= scale }
        x[k] = 1
      }
    }
    let sum = x.reduce(0, +)
    return x.map { $0 / sum }
  }

  /// h with h₀ = 0 and h_j = cost_j + Σᵢ T[i, j] hᵢ for the other states: what a walk from j is expected
  /// to pay on its way to state 0.
  ///
  /// - Parameter costs: not negative; the first is not used.
  func expectedCosts(_ costs: [Double]) -> [Double] {
    var h = costs
    for k in (1..<max(1, count)).reversed() {
      let share = h[k] / outflows[k]
      h[k] = share
      for j in 1..<k { h[j] += factors[k * count + j] * share }
    }
    h[0] = 0
    for i in 1..<max(1, count) {
      let value = h[i]
      for k in (i + 1)..<max(count, i + 1) { h[k] += factors[i * count + k] * value }
    }
    return h
  }
}
