/// An upper bound on log Z from spanning forests: tree-reweighted belief propagation.
///
///     log Z ≤ Σ_T μ(T) log Z(θᵀ)   whenever   Σ_T μ(T) θᵀ = −E,   log Z being convex
///
/// Messages with weights ρᵢⱼ = P(ij ∈ T) make the bound as low as these forests allow. But any messages at all
/// make one: with b of `SumProductRun`,
///
///     θᵀ = Σᵢ log bᵢ + Σ_{ij ∈ T} log (bᵢⱼ / bᵢ bⱼ)   averages to   Σᵢ log bᵢ + Σᵢⱼ ρᵢⱼ log (bᵢⱼ / bᵢ bⱼ) = −E
///
/// and log Z of a forest is a sum from the leaves inward. So the bound holds whether the messages have converged
/// or not, up to the rounding of sums; it is exact on forests. Marginals are pseudomarginals: estimates.
///
/// - Complexity: O(edges · q²) exponentials a pass; 8 bytes a site and forest.
///
/// Reference: M. Wainwright, T. Jaakkola, A. Willsky, A new class of upper bounds on the log partition function,
/// IEEE Transactions on Information Theory 51 (2005), §III; with the messages: M. Wainwright, M. Jordan, Graphical
/// models, exponential families, and variational inference (2008), theorem 7.2.
public struct TreeReweightedSum: FieldSummation {
  public let largestPassCount: Int
  public let damping: Double
  public let tolerance: Double
  public let forestCount: Int

  /// - Parameters:
  ///   - forestCount: spanning forests at the least; more are taken where edges are left. Many make ρ even,
  ///     and the bound lower as a rule.
  public init(
    largestPassCount: Int = 1000, damping: Double = 0.3, tolerance: Double = 1e-10,
    forestCount: Int = 20
  ) {
    precondition(
      largestPassCount > 0 && damping >= 0 && damping < 1 && tolerance >= 0 && forestCount > 0,
      "passes and forests are at least 1, damping in [0, 1) and the tolerance not negative, got "
        + "\(largestPassCount), \(forestCount), \(damping), \(tolerance)")
    self.largestPassCount = largestPassCount
    self.damping = damping
    self.tolerance = tolerance
    self.forestCount = forestCount
  }

  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    let adjacency = costs.graph.adjacency
    let cover = ForestCover(
      costs.graph, adjacency: adjacency, count: costs.graph.isForest ? 1 : forestCount)
    var run = try SumProductRun(
      costs, appearances: cover.appearances, order: cover.forests[0].order, damping: damping,
      name: "tree-reweighted propagation")
    // A beginning is a bound too, and messages that do not settle may leave a better one behind.
    var bound = Self.bound(run, cover)
    var (passes, isConverged) = (0, false)
    while passes < largestPassCount && !isConverged {
      let round = run.iterate(min(100, largestPassCount - passes), tolerance: tolerance)
      passes += round.passes
      isConverged = round.isConverged
      bound = min(bound, Self.bound(run, cover))
    }
    let beliefs = run.beliefs(detail: detail)
    return FieldSum(
      logPartition: bound, status: .upperBound, isConverged: isConverged, iterations: passes,
      labelCount: costs.labelCount, siteMarginals: beliefs.sites, edgeMarginals: beliefs.edges)
  }

  /// Σ_T μ(T) log Z(θᵀ) − c.
  private static func bound(_ run: SumProductRun, _ cover: ForestCover) -> Double {
    let logBeliefs = run.logBeliefs
    var sum = 0.0
    for forest in cover.forests {
      sum += run.logPartition(of: forest, logBeliefs: logBeliefs)
    }
    return sum / Double(cover.forests.count) - run.costs.constant
  }
}
