/// Sum-product belief propagation: marginals and log Z by messages.
///
///     m_ij(b) ← log Σ_a exp(−θᵢ(a) − θᵢⱼ(a, b) + Σ_{k ≠ j} m_ki(a))
///     log Z ≈ Σᵢ log Zᵢ + Σᵢⱼ (log Zᵢⱼ − log Zᵢ − log Zⱼ) − c
///
/// Exact on forests, in two passes. With loops the answer is an estimate, often a good one, at a stationary
/// point of Bethe's free energy, and need not converge; damping helps.
///
/// References: J. Pearl, Probabilistic reasoning in intelligent systems (1988), §4; J. Yedidia, W. Freeman,
/// Y. Weiss, Constructing free-energy approximations and generalized belief propagation algorithms, IEEE
/// Transactions on Information Theory 51 (2005), §V.
public struct BeliefPropagation: FieldSummation {
  public let largestPassCount: Int
  public let damping: Double
  public let tolerance: Double

  /// - Parameters:
  ///   - largestPassCount: passes over all sites, forward and backward by turns.
  ///   - damping: the part of the old message in the new one, in [0, 1); not used on forests.
  ///   - tolerance: converged when no message changes by more, in nats.
  public init(largestPassCount: Int = 1000, damping: Double = 0.3, tolerance: Double = 1e-10) {
    precondition(
      largestPassCount > 0 && damping >= 0 && damping < 1 && tolerance >= 0,
      "passes are at least 1, damping in [0, 1) and the tolerance not negative, got "
        + "\(largestPassCount), \(damping), \(tolerance)")
    self.largestPassCount = largestPassCount
    self.damping = damping
    self.tolerance = tolerance
  }

  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    if costs.graph.isForest { return try sumOfForest(costs, detail: detail) }
    var run = try SumProductRun(costs, damping: damping, name: "belief propagation")
    let (passes, isConverged) = run.iterate(largestPassCount, tolerance: tolerance)
    let beliefs = run.beliefs(detail: detail)
    return FieldSum(
      logPartition: beliefs.logSum, status: .estimate, isConverged: isConverged,
      iterations: passes, labelCount: costs.labelCount, siteMarginals: beliefs.sites,
      edgeMarginals: beliefs.edges)
  }

  /// From the leaves inward and out again.
  private func sumOfForest(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    let forest = SpanningForest(
      costs.graph.adjacency, edges: [Bool](repeating: true, count: costs.graph.edgeCount))
    var run = try SumProductRun(
      costs, order: forest.order, damping: 0, name: "belief propagation")
    _ = run.pass(forward: false)
    _ = run.pass(forward: true)
    let beliefs = run.beliefs(detail: detail)
    return FieldSum(
      logPartition: beliefs.logSum, status: .exact, iterations: 2, labelCount: costs.labelCount,
      siteMarginals: beliefs.sites, edgeMarginals: beliefs.edges)
  }
}

extension SumProductRun {
  /// Passes until nothing changes by more than the tolerance.
  mutating func iterate(
    _ largestPassCount: Int, tolerance: Double
  ) -> (passes: Int, isConverged: Bool) {
    for passes in 1...largestPassCount {
      if pass(forward: passes % 2 == 1) <= tolerance { return (passes, true) }
    }
    return (largestPassCount, false)
  }
}
