import RealModule

/// A lower bound on log Z from independent sites: naive mean field, by coordinate ascent.
///
///     log Z ≥ −E_b[E] − Σᵢ Σ_a bᵢ(a) log bᵢ(a),   bᵢ(a) ∝ exp(−θᵢ(a) − Σⱼ Σ_b bⱼ(b) θᵢⱼ(a, b))
///
/// The bound holds of any b, and no step lowers it. There are many maxima: it climbs from the sites taken one
/// by one and from a state that descent finds, and keeps the better.
///
/// - Complexity: O(edges · q²) a pass, and O(q) exponentials a site.
///
/// Reference: M. Wainwright, M. Jordan, Graphical models, exponential families, and variational inference,
/// Foundations and Trends in Machine Learning 1 (2008), §5.3.
public struct MeanField: FieldSummation {
  public let largestPassCount: Int
  public let tolerance: Double

  /// - Parameters:
  ///   - largestPassCount: passes over all sites, from each of the two beginnings.
  ///   - tolerance: converged when no probability changes by more.
  public init(largestPassCount: Int = 1000, tolerance: Double = 1e-10) {
    precondition(
      largestPassCount > 0 && tolerance >= 0,
      "passes are at least 1 and the tolerance not negative, got \(largestPassCount), \(tolerance)")
    self.largestPassCount = largestPassCount
    self.tolerance = tolerance
  }

  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    let q = costs.labelCount
    var best = climb(costs, from: Self.independent(costs))
    let labels = try IteratedConditionalModes().solve(costs).labels
    // Nearly a state, not one: the first pass then already counts what the neighbours may be instead.
    var pure = [Double](repeating: q > 1 ? 0.1 / Double(q - 1) : 1, count: costs.unary.count)
    if q > 1 { for (site, label) in labels.enumerated() { pure[site * q + Int(label)] = 0.9 } }
    let other = climb(costs, from: pure)
    if other.bound > best.bound { best = other }
    let sites = best.run.beliefs
    var edges: [Double] = []
    if detail >= .edgeMarginals {
      edges.reserveCapacity(costs.graph.edgeCount * q * q)
      costs.graph.forEachEdge { _, first, second in
        for a in 0..<q {
          for b in 0..<q { edges.append(sites[first * q + a] * sites[second * q + b]) }
        }
      }
    }
    return FieldSum(
      logPartition: best.bound, status: .lowerBound, isConverged: best.isConverged,
      iterations: best.passes, labelCount: q,
      siteMarginals: detail >= .siteMarginals ? sites : [], edgeMarginals: edges)
  }

  private func climb(
    _ costs: PairwiseCosts, from start: [Double]
  ) -> (run: MeanFieldRun, bound: Double, passes: Int, isConverged: Bool) {
    var run = MeanFieldRun(costs, beliefs: start)
    for passes in 1...largestPassCount where run.pass() <= tolerance {
      return (run, run.bound, passes, true)
    }
    return (run, run.bound, largestPassCount, false)
  }

  /// bᵢ(a) ∝ exp(−θᵢ(a)).
  private static func independent(_ costs: PairwiseCosts) -> [Double] {
    let q = costs.labelCount
    return (0..<costs.siteCount).flatMap { site in
      var values = costs.unary[site * q..<(site + 1) * q].map { -$0 }
      values.normalizeExponentials()
      return values
    }
  }
}

/// The probabilities of ``MeanField``.
struct MeanFieldRun: Sendable {
  private let costs: PairwiseCosts
  private let adjacency: Adjacency
  /// bᵢ(a), `[sites, labels]`.
  private(set) var beliefs: [Double]

  init(_ costs: PairwiseCosts, beliefs: [Double]) {
    self.costs = costs
    adjacency = costs.graph.adjacency
    self.beliefs = beliefs
  }

  /// Every site is set to its best given the others.
  ///
  /// - Returns: the largest change of a probability.
  mutating func pass() -> Double {
    let q = costs.labelCount
    var values = [Double](repeating: 0, count: q)
    var change = 0.0
    for site in 0..<costs.siteCount {
      for a in 0..<q { values[a] = -costs.unary[site * q + a] }
      for entry in adjacency.range(of: site) {
        subtractMeanCosts(
          edge: Int(adjacency.edges[entry]), isFirst: adjacency.isFirst[entry],
          other: Int(adjacency.neighbours[entry]), from: &values)
      }
      values.normalizeExponentials()
      for a in 0..<q {
        change = max(change, abs(values[a] - beliefs[site * q + a]))
        beliefs[site * q + a] = values[a]
      }
    }
    return change
  }

  /// values(a) −= Σ_b bⱼ(b) θᵢⱼ(a, b).
  private func subtractMeanCosts(
    edge: Int, isFirst: Bool, other: Int, from values: inout [Double]
  ) {
    let q = costs.labelCount
    let (own, far) = isFirst ? (q, 1) : (1, q)
    for a in 0..<q {
      var mean = 0.0
      switch costs.pairwise {
      case .weighted(let weights, let table):
        for b in 0..<q { mean += beliefs[other * q + b] * table[a * own + b * far] }
        mean *= weights[edge]
      case .tables(let tables):
        let start = edge * q * q
        for b in 0..<q { mean += beliefs[other * q + b] * tables[start + a * own + b * far] }
      }
      values[a] -= mean
    }
  }

  /// −E_b[E] + H(b).
  var bound: Double {
    let q = costs.labelCount
    var sum = -costs.constant
    for place in beliefs.indices where beliefs[place] > 0 {
      sum -= beliefs[place] * (costs.unary[place] + Double.log(beliefs[place]))
    }
    costs.graph.forEachEdge { edge, first, second in
      for a in 0..<q {
        for b in 0..<q {
          sum -=
            beliefs[first * q + a] * beliefs[second * q + b] * costs.pairwiseCost(edge, a, b)
        }
      }
    }
    return sum
  }
}
