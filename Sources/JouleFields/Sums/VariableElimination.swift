/// The sum over any field whose graph is narrow, exactly: sites are summed out one after another, and marginals
/// come back the same way.
///
///     m_v(x_N) = log Σ_{x_v} exp(−θ_v(x_v) − Σ_u θ_vu(x_v, x_u) + Σ_c m_c),   N the neighbours that remain
///     p(x_v, x_N) = p(x_N) exp(… − m_v(x_N))
///
/// Tables are logarithms, so that no cost is too large; the way back is in probabilities, and subtracts nothing.
///
/// - Complexity: O(Σ q^{|N| + 1}) in the better of two orders, min-fill and that of the sites' numbers; all messages
///   are held when marginals are wanted.
///
/// References: R. Dechter, Bucket elimination, Artificial Intelligence 113 (1999), §4; S. Lauritzen,
/// D. Spiegelhalter, Journal of the Royal Statistical Society B 50 (1988), §4.
public struct VariableElimination: FieldSummation {
  public let largestTableSize: Int
  /// Two gigabytes.
  public static let largestByteCount = 1 << 31

  /// - Parameter largestTableSize: numbers of one table: 2²¹ is treewidth 20 of two labels.
  public init(largestTableSize: Int = 1 << 21) {
    precondition(
      largestTableSize > 0, "a table has at least one number, got \(largestTableSize)")
    self.largestTableSize = largestTableSize
  }

  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    var tables = try self.tables(costs, keepsAll: detail > .logPartition)
    let logPartition = tables.sumInward()
    var (sites, edges): ([Double], [Double]) = ([], [])
    if detail > .logPartition { (sites, edges) = tables.goOutward(detail: detail) }
    return FieldSum(
      logPartition: logPartition, status: .exact, labelCount: costs.labelCount,
      siteMarginals: sites, edgeMarginals: edges)
  }

  /// The tables, empty as yet.
  ///
  /// - Throws: when they would be too large, before any is made.
  func tables(_ costs: PairwiseCosts, keepsAll: Bool) throws(FieldError) -> EliminationTables {
    var width = -1
    while EliminationPlan.power(costs.labelCount, width + 2) <= Double(largestTableSize) {
      width += 1
      if width >= costs.siteCount { break }
    }
    guard width >= 0 || costs.siteCount == 0,
      let plan = EliminationPlan(
        costs.graph, labelCount: costs.labelCount, largestWidth: max(width, 0))
    else {
      throw .tooLarge(
        what: "variable elimination",
        found: "tables over more than \(width + 1) sites of \(costs.labelCount) labels",
        limit: "\(largestTableSize) numbers in a table",
        cure: "Tree-reweighted sums and mean field bound log Z of any graph")
    }
    let bytes = plan.byteCount(keepsAll: keepsAll)
    guard bytes <= Double(Self.largestByteCount) else {
      throw .tooLarge(
        what: "variable elimination",
        found: "\(Int(min(bytes / 0x1p20, 1e15))) MiB of tables for width \(plan.width)",
        limit: "\(Self.largestByteCount >> 20) MiB",
        cure: keepsAll ? "log Z alone may take less" : "Bounds on log Z do without tables")
    }
    return EliminationTables(costs, plan, keepsAll: keepsAll)
  }
}
