import RealModule

/// The sum over all states, one by one.
///
///     log Z = log Σₓ exp(E₀ − E(x)) − E₀,   E₀ the least energy
///
/// States are run through as the leaves of a tree, a site a level: what the sites so far cost is known at
/// every node, and the sum over a subtree is the marginal weight of the labels above it.
///
/// - Complexity: O(qⁿ) for n sites, twice: for E₀ and for the sum.
public struct StateEnumeration: FieldSummation {
  /// 2²⁵ states take about a second.
  public let largestStateCount: Int

  public init(largestStateCount: Int = 1 << 25) {
    precondition(
      largestStateCount > 0, "at least one state is enumerated, got \(largestStateCount)")
    self.largestStateCount = largestStateCount
  }

  public func sum(
    _ costs: PairwiseCosts, detail: FieldSum.Detail
  ) throws(FieldError) -> FieldSum {
    var count = 1
    for _ in 0..<costs.siteCount {
      let (product, overflow) = count.multipliedReportingOverflow(by: costs.labelCount)
      guard !overflow && product <= largestStateCount else {
        throw .tooLarge(
          what: "enumeration", found: "\(costs.labelCount)^\(costs.siteCount) states",
          limit: "\(largestStateCount)", cure: "Variable elimination sums what has a narrow graph")
      }
      count = product
    }
    var tree = StateTree(costs, detail: detail)
    tree.leastEnergy = tree.minimum(from: 0, energy: 0)
    let total = tree.total(from: 0, energy: 0)
    let scale = 1 / total
    return FieldSum(
      logPartition: Double.log(total) - tree.leastEnergy - costs.constant, status: .exact,
      labelCount: costs.labelCount, siteMarginals: tree.siteSums.map { $0 * scale },
      edgeMarginals: tree.edgeSums.map { $0 * scale })
  }
}

/// The recursion of ``StateEnumeration``.
private struct StateTree {
  /// An edge to a site of a lower number.
  private struct EarlierEdge {
    let edge: Int
    let other: Int
    let isFirst: Bool
  }

  private let costs: PairwiseCosts
  private let detail: FieldSum.Detail
  private let earlier: [[EarlierEdge]]
  private var labels: [Int]
  var leastEnergy = 0.0
  /// Σ exp(E₀ − E) by label, `[sites, q]`, and by labels, `[edges, q, q]`.
  var siteSums: [Double] = []
  var edgeSums: [Double] = []

  init(_ costs: PairwiseCosts, detail: FieldSum.Detail) {
    self.costs = costs
    self.detail = detail
    let (adjacency, q) = (costs.graph.adjacency, costs.labelCount)
    earlier = (0..<costs.siteCount).map { site in
      adjacency.range(of: site).filter { adjacency.neighbours[$0] < Int32(site) }.map {
        EarlierEdge(
          edge: Int(adjacency.edges[$0]), other: Int(adjacency.neighbours[$0]),
          isFirst: adjacency.isFirst[$0])
      }
    }
    labels = [Int](repeating: 0, count: costs.siteCount)
    if detail >= .siteMarginals {
      siteSums = [Double](repeating: 0, count: costs.siteCount * q)
    }
    if detail >= .edgeMarginals {
      edgeSums = [Double](repeating: 0, count: costs.graph.edgeCount * q * q)
    }
  }

  /// What a label of a site costs given those of the sites before it.
  private func cost(_ site: Int, _ label: Int) -> Double {
    var sum = costs.unary[site * costs.labelCount + label]
    for edge in earlier[site] {
      sum +=
        edge.isFirst
        ? costs.pairwiseCost(edge.edge, label, labels[edge.other])
        : costs.pairwiseCost(edge.edge, labels[edge.other], label)
    }
    return sum
  }

  mutating func minimum(from site: Int, energy: Double) -> Double {
    guard site < labels.count else { return energy }
    var least = Double.infinity
    for label in 0..<costs.labelCount {
      labels[site] = label
      least = min(least, minimum(from: site + 1, energy: energy + cost(site, label)))
    }
    return least
  }

  mutating func total(from site: Int, energy: Double) -> Double {
    guard site < labels.count else { return Double.exp(leastEnergy - energy) }
    let q = costs.labelCount
    var sum = 0.0
    for label in 0..<q {
      labels[site] = label
      let part = total(from: site + 1, energy: energy + cost(site, label))
      sum += part
      if detail >= .siteMarginals { siteSums[site * q + label] += part }
      if detail >= .edgeMarginals {
        for edge in earlier[site] {
          let other = labels[edge.other]
          edgeSums[
            (edge.edge * q + (edge.isFirst ? label : other)) * q + (edge.isFirst ? other : label)] +=
            part
        }
      }
    }
    return sum
  }
}
