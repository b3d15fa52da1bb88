import Joule
import JouleTestSupport

/// Random fields in numbers: graphs of every kind, couplings of given signs, from a printed key.
struct RandomFields {
  var stream: RandomStream

  init(seed: UInt64) { stream = RandomStream(key: RandomKey(seed: seed)) }

  enum Kind: String, CaseIterable { case submodular, any, potts, metric, tables }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + stream.integer(below: range.count)
  }

  mutating func graph(sites: ClosedRange<Int>) -> FieldGraph {
    switch stream.integer(below: 4) {
    case 0:
      let height = integer(2...4)
      let width = max(2, integer(sites) / height)
      return FieldGraph(
        Lattice(
          height: height, width: width,
          neighbourhood: stream.bernoulli(0.5) ? .nearest : .withDiagonals))
    case 1: return FieldGraph(Lattice([integer(sites)]))
    case 2: return FieldGraph(complete: integer(sites))
    default:
      let count = integer(sites)
      var edges: [(Int, Int)] = []
      for second in 0..<count {
        for first in 0..<second where stream.bernoulli(0.35) {
          edges.append(stream.bernoulli(0.5) ? (first, second) : (second, first))
        }
      }
      guard let graph = try? FieldGraph(siteCount: count, edges: edges) else {
        preconditionFailure("pairs are distinct")
      }
      return graph
    }
  }

  mutating func numbers(_ count: Int, scale: Double) -> [Double] {
    (0..<count).map { _ in scale * stream.normal() }
  }

  /// Costs of two labels with a table an edge, whole numbers every other time: ties are then common.
  mutating func binary(sites: ClosedRange<Int>, submodular: Bool) -> PairwiseCosts {
    let graph = graph(sites: sites)
    let isWhole = stream.bernoulli(0.5)
    func tidy(_ value: Double) -> Double { isWhole ? (2 * value).rounded() : value }
    let unary = numbers(2 * graph.siteCount, scale: 1.5).map(tidy)
    var tables: [Double] = []
    for _ in 0..<graph.edgeCount {
      var table = numbers(4, scale: 0.8).map(tidy)
      if submodular {
        let lack = table[0] + table[3] - table[1] - table[2]
        if lack > 0 { table[1] += lack }
      }
      tables += table
    }
    return costs(graph, 2, unary, .tables(tables))
  }

  mutating func labelled(
    _ kind: Kind, sites: ClosedRange<Int>, labels: Int
  ) -> PairwiseCosts {
    let graph = graph(sites: sites)
    let unary = numbers(labels * graph.siteCount, scale: 1)
    let pairs = labels * labels
    switch kind {
    case .potts:
      let weights = numbers(graph.edgeCount, scale: 0.7).map(abs)
      return costs(
        graph, labels, unary,
        .weighted(weights, table: (0..<pairs).map { $0 / labels == $0 % labels ? 0 : 1 }))
    case .metric:
      let weights = numbers(graph.edgeCount, scale: 0.5).map(abs)
      let table = (0..<pairs).map { Double(min(abs($0 / labels - $0 % labels), 2)) }
      return costs(graph, labels, unary, .weighted(weights, table: table))
    case .any:
      let weights = numbers(graph.edgeCount, scale: 0.5)
      let table = numbers(pairs, scale: 0.8)
      return costs(graph, labels, unary, .weighted(weights, table: table))
    case .submodular, .tables:
      return costs(graph, labels, unary, .tables(numbers(graph.edgeCount * pairs, scale: 0.6)))
    }
  }

  private func costs(
    _ graph: FieldGraph, _ labels: Int, _ unary: [Double], _ pairwise: PairwiseCosts.Pairwise
  ) -> PairwiseCosts {
    guard
      let costs = try? PairwiseCosts(
        graph, labelCount: labels, unary: unary, pairwise: pairwise, constant: 0.25)
    else { preconditionFailure("random costs are finite") }
    return costs
  }

  static func bruteForce(_ costs: PairwiseCosts) -> BruteForceField {
    let share = costs.constant / Double(costs.siteCount)
    let q = costs.labelCount
    return BruteForceField(
      siteCount: costs.siteCount, labelCount: q,
      edges: costs.graph.edges.map { ($0.first, $0.second) },
      unary: { share + costs.unary[$0 * q + $1] },
      pairwise: { edge, first, second in
        switch costs.pairwise {
        case .weighted(let weights, let table): weights[edge] * table[first * q + second]
        case .tables(let tables): tables[(edge * q + first) * q + second]
        }
      })
  }

  static func leastBinary(_ costs: PairwiseCosts) -> (energy: Double, count: Int) {
    var shift = costs.constant
    for site in 0..<costs.siteCount { shift += costs.unary[2 * site] }
    let result = GrayCodeMinimum.least(
      unary: (0..<costs.siteCount).map { costs.unary[2 * $0 + 1] - costs.unary[2 * $0] },
      edges: costs.graph.edges.enumerated().map { edge, sites in
        let table = (0..<4).map { costs.pairwiseCost(edge, $0 / 2, $0 % 2) }
        return (sites.first, sites.second, table)
      })
    return (result.energy + shift, result.count)
  }
}
