import RealModule

/// The sum over a narrow lattice, exactly, row by row.
///
///     v_{r+1}(t) = exp(−row_{r+1}(t)) Σ_s exp(−between(s, t)) v_r(s),   s, t states of a row
///
/// The shorter axis is the row. Bonds between rows are independent of each other, so the matrix is a product
/// of one small matrix a column, and is never formed. Periodic lattices are summed once for every state of
/// the first row, which the last one is joined to.
///
/// - Complexity: O(n q^w) for n sites in rows of w, O(n q^{2w}) of periodic lattices; with marginals about five
///   times as much, and q^w numbers a row to keep.
///
/// References: H. Kramers, G. Wannier, Statistics of the two-dimensional ferromagnet I, Physical Review 60
/// (1941), §3; column by column: L. Onsager, Physical Review 65 (1944), eq. 24–27.
public struct TransferMatrix: FieldSummation {
  /// States of a row: 2²⁰ for ±1 in rows of 20.
  public static let largestRowStateCount = 1 << 20
  /// The square of them, of periodic lattices: 2²⁴ for ±1 in rows of 12.
  public static let largestPeriodicStateCount = 1 << 24

  public init() {}

  /// - Throws: when the graph is not a lattice of nearest neighbours in one or two dimensions, when it is too
  ///   wide, or when costs within one row span so much that numbers would vanish.
  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    let rows = try TransferRows(costs)
    guard let stateCount = rows.stateCount(upTo: Self.largestRowStateCount) else {
      throw .tooLarge(
        what: "a transfer matrix", found: "rows of \(costs.labelCount)^\(rows.width) states",
        limit: "\(Self.largestRowStateCount)", cure: "The bounds of other methods do without")
    }
    guard !rows.isPeriodic || stateCount * stateCount <= Self.largestPeriodicStateCount else {
      throw .tooLarge(
        what: "a transfer matrix of a periodic lattice",
        found: "\(costs.labelCount)^\(2 * rows.width) pairs of states of a row",
        limit: "\(Self.largestPeriodicStateCount)", cure: "The bounds of other methods do without")
    }
    let bytes = 8 * stateCount * (rows.count * (detail > .logPartition ? 2 : 1) + rows.width + 4)
    guard bytes <= VariableElimination.largestByteCount else {
      throw .tooLarge(
        what: "a transfer matrix", found: "\(bytes >> 20) MiB",
        limit: "\(VariableElimination.largestByteCount >> 20) MiB",
        cure: "log Z alone takes half of it")
    }
    var sweep = try TransferSweep(rows, stateCount: stateCount)
    if detail > .logPartition {
      sweep.sites = [Double](repeating: 0, count: costs.unary.count)
    }
    if detail >= .edgeMarginals {
      let size = costs.labelCount * costs.labelCount
      sweep.edges = [Double](repeating: 0, count: costs.graph.edgeCount * size)
    }
    var logPartition = 0.0
    if rows.isPeriodic {
      let parts = (0..<stateCount).map { sweep.forward(firstRow: $0) }
      logPartition = parts.logSumOfExponentials
      if detail > .logPartition {
        for (state, part) in parts.enumerated() {
          let weight = Double.exp(part - logPartition)
          // What is beyond the last digit of a sum of ones adds nothing to it.
          guard weight > 1e-18 / Double(stateCount) else { continue }
          _ = sweep.forward(firstRow: state)
          sweep.backward(firstRow: state, weight: weight)
        }
      }
    } else {
      logPartition = sweep.forward(firstRow: nil)
      if detail > .logPartition { sweep.backward(firstRow: nil, weight: 1) }
    }
    return FieldSum(
      logPartition: logPartition - costs.constant, status: .exact, labelCount: costs.labelCount,
      siteMarginals: sweep.sites, edgeMarginals: sweep.edges)
  }
}
