public import JouleCore
import JouleTensor
import RealModule

extension BondField {
  /// What can be listed: the sets of bonds are as many as two to the number of edges.
  static let largestListedEdgeCount = 16

  /// The clusters that bonds may make of a state, with their probabilities: for each site the lowest of its
  /// cluster.
  func partitions(of own: [UInt8]) -> [(roots: [Int], probability: Double)] {
    precondition(
      graph.edgeCount <= Self.largestListedEdgeCount,
      "bonds of \(graph.edgeCount) edges cannot be listed, at most \(Self.largestListedEdgeCount)")
    let equal = graph.edges.enumerated().filter {
      own[$0.element.first] == own[$0.element.second] && bond($0.offset) > 0
    }
    return (0..<1 << equal.count).map { set in
      var sets = DisjointSets(count: siteCount)
      var probability = 1.0
      for (place, edge) in equal.enumerated() {
        if set >> place & 1 == 1 {
          probability *= bond(edge.offset)
          sets.join(edge.element.first, edge.element.second)
        } else {
          probability *= 1 - bond(edge.offset)
        }
      }
      return ((0..<siteCount).map { sets.representative(of: $0) }, probability)
    }
  }

  /// The table of a kernel, of what it makes of a state.
  ///
  /// - Parameter moves: the labels that may follow some labels, with their probabilities.
  func table<Scalar: TensorScalar>(
    over space: StateSpace<Scalar>, moves: ([UInt8]) -> [[UInt8]: Double]
  ) throws(StateSpaceError) -> TransitionTable {
    let all = labels(of: space.rows)
    var successors: [[TransitionTable.Successor]] = []
    for state in 0..<space.count {
      let found = moves(Array(all[state * siteCount..<(state + 1) * siteCount]))
      // Sums of probabilities are formed in one order, whatever the dictionary's is.
      let sorted = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      let rows = Tensor<Scalar>(labels: sorted.flatMap(\.key), siteCount: siteCount)
      let next = try space.requireIndices(of: rows, from: state)
      successors.append(zip(next, sorted).map { .init(state: $0, probability: $1.value) })
    }
    return TransitionTable(successors)
  }
}

extension SwendsenWang: EnumerableKernel {
  /// Every set of bonds, every label of every cluster.
  ///
  /// - Precondition: at most 16 edges.
  public func transitions(
    over space: StateSpace<Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let (n, q) = (bonds.siteCount, bonds.labelCount)
    return try bonds.table(over: space) { own in
      var found: [[UInt8]: Double] = [:]
      for (roots, probability) in bonds.partitions(of: own) {
        var drawn: [(labels: [UInt8], probability: Double)] = [
          ([UInt8](repeating: 0, count: n), probability)
        ]
        for root in 0..<n where roots[root] == root {
          let members = (0..<n).filter { roots[$0] == root }
          let chances = labelChances(of: members)
          drawn = drawn.flatMap { labels, probability in
            (0..<q).map { label in
              var labels = labels
              for site in members { labels[site] = UInt8(label) }
              return (labels, probability * chances[label])
            }
          }
        }
        for (labels, probability) in drawn { found[labels, default: 0] += probability }
      }
      return found
    }
  }

  private func labelChances(of sites: [Int]) -> [Double] {
    let q = bonds.labelCount
    if bonds.field.isEmpty { return [Double](repeating: 1 / Double(q), count: q) }
    let sums = (0..<q).map { label in sites.reduce(0) { $0 + bonds.field[$1 * q + label] } }
    return BondField.chances(sums, 0..<q)
  }
}

extension Wolff: EnumerableKernel {
  /// Every seed, every set of bonds, every other label; so many clusters one after another.
  ///
  /// - Precondition: at most 16 edges.
  public func transitions(
    over space: StateSpace<Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let (n, q) = (bonds.siteCount, bonds.labelCount)
    let one = try bonds.table(over: space) { own in
      var found: [[UInt8]: Double] = [:]
      for (roots, probability) in bonds.partitions(of: own) {
        for seed in 0..<n {
          let cluster = (0..<n).filter { roots[$0] == roots[seed] }
          for turn in 1..<q {
            let new = UInt8((Int(own[seed]) + turn) % q)
            let gain = bonds.fieldGain(cluster.map { Int32($0) }, from: own[seed], to: new)
            let acceptance = Double.exp(min(0, gain))
            let share = probability / Double(n) / Double(q - 1)
            var labels = own
            for site in cluster { labels[site] = new }
            found[labels, default: 0] += share * acceptance
            found[own, default: 0] += share * (1 - acceptance)
          }
        }
      }
      return found
    }
    return (1..<clustersPerStep).reduce(one) { table, _ in table.followed(by: one) }
  }
}
