/// Max-product belief propagation, in the form that minimises sums.
///
///     m_ij(b) ← min_a [θᵢ(a) + θᵢⱼ(a, b) + Σ_{k ≠ j} m_ki(a)],   less its least value
///
/// Exact on forests, where the state is proved optimal. With loops it is a search that mostly does well and
/// sometimes goes round in circles; damping helps, and the best state seen is kept.
///
/// References: J. Pearl, Probabilistic reasoning in intelligent systems (1988), §5; Y. Weiss, W. Freeman, On
/// the optimality of solutions of the max-product belief-propagation algorithm in arbitrary graphs, IEEE
/// Transactions on Information Theory 47 (2001).
public struct MaxProduct: MostProbableStateSolver {
  public let largestPassCount: Int
  public let damping: Double

  /// - Parameters:
  ///   - largestPassCount: passes over all sites, forward and backward by turns.
  ///   - damping: the part of the old message in the new one, in [0, 1); not used on forests.
  public init(largestPassCount: Int = 200, damping: Double = 0.3) {
    precondition(
      largestPassCount > 0 && damping >= 0 && damping < 1,
      "passes are at least 1 and damping in [0, 1), got \(largestPassCount), \(damping)")
    self.largestPassCount = largestPassCount
    self.damping = damping
  }

  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    let isForest = costs.graph.isForest
    var run = try MaxProductRun(costs, damping: isForest ? 0 : damping)
    var best = (labels: costs.cheapestUnaryLabels, energy: Double.infinity)
    var passes = 0
    while passes < largestPassCount {
      let change = run.pass(forward: passes % 2 == 0)
      passes += 1
      let labels = run.labels()
      let energy = costs.energy(of: labels)
      if energy < best.energy { best = (labels, energy) }
      if change <= 1e-12 * max(1, run.largestMessage) { break }
    }
    if isForest {
      // Ties apart, the labels of a forest are read off one after the other from the roots.
      best.labels = run.consistentLabels()
      best.energy = costs.energy(of: best.labels)
    } else {
      _ = IteratedConditionalModes.descend(&best.labels, run.local)
    }
    let energy = costs.energy(of: best.labels)
    return MostProbableState(
      best.labels, of: costs, bound: isForest ? energy : costs.trivialBound, iterations: passes)
  }
}

/// Messages of max-product, two an edge.
struct MaxProductRun {
  let local: LocalCosts
  private let message: MinimumMessage
  private let damping: Double
  /// Of edge e, to its second site at 2e, to its first at 2e + 1, `[2 · edges, labels]`.
  private var messages: [Double]
  private var belief: [Double]
  private var outgoing: [Double]
  private var room: [Double]
  private(set) var largestMessage = 0.0

  init(_ costs: PairwiseCosts, damping: Double) throws(FieldError) {
    let count = 2 * costs.graph.edgeCount * costs.labelCount
    guard count <= TreeReweightedRun.largestMessageCount else {
      throw .tooLarge(
        what: "max-product", found: "\(count * 8 >> 20) MiB of messages",
        limit: "\(TreeReweightedRun.largestMessageCount * 8 >> 20) MiB", cure: "Use fewer labels")
    }
    local = LocalCosts(costs)
    message = MinimumMessage(costs)
    self.damping = damping
    messages = [Double](repeating: 0, count: count)
    belief = [Double](repeating: 0, count: costs.labelCount)
    outgoing = belief
    room = belief
  }

  /// Where the message that comes along an entry of a site begins.
  @inline(__always)
  private func incoming(_ entry: Int) -> Int {
    (2 * Int(local.adjacency.edges[entry]) + (local.adjacency.isFirst[entry] ? 1 : 0))
      * local.costs.labelCount
  }

  private mutating func formBelief(at site: Int) {
    let q = local.costs.labelCount
    for label in 0..<q { belief[label] = local.costs.unary[site * q + label] }
    for entry in local.adjacency.range(of: site) {
      let start = incoming(entry)
      for label in 0..<q { belief[label] += messages[start + label] }
    }
  }

  /// - Returns: the largest change of a message.
  mutating func pass(forward: Bool) -> Double {
    let q = local.costs.labelCount
    let count = local.costs.siteCount
    var change = 0.0
    for index in 0..<count {
      let site = forward ? index : count - 1 - index
      formBelief(at: site)
      for entry in local.adjacency.range(of: site) {
        let from = incoming(entry)
        for label in 0..<q { outgoing[label] = belief[label] - messages[from + label] }
        _ = message.form(
          &outgoing, edge: Int(local.adjacency.edges[entry]),
          isFirst: local.adjacency.isFirst[entry], room: &room)
        let to = from + (local.adjacency.isFirst[entry] ? -q : q)
        for label in 0..<q {
          let new = damping * messages[to + label] + (1 - damping) * outgoing[label]
          change = max(change, abs(new - messages[to + label]))
          largestMessage = max(largestMessage, new)
          messages[to + label] = new
        }
      }
    }
    return change
  }

  /// The least belief of every site.
  mutating func labels() -> [UInt8] {
    (0..<local.costs.siteCount).map { site in
      formBelief(at: site)
      return UInt8(belief.leastIndex)
    }
  }

  /// The least belief of every site given the neighbours that have their label already, from any site of
  /// every component outward.
  mutating func consistentLabels() -> [UInt8] {
    let (costs, adjacency, q) = (local.costs, local.adjacency, local.costs.labelCount)
    var labels = [UInt8](repeating: 0, count: costs.siteCount)
    var isKnown = [Bool](repeating: false, count: costs.siteCount)
    for root in labels.indices where !isKnown[root] {
      var queue = [root]
      isKnown[root] = true
      var next = 0
      var parentEntry = [Int: Int]()
      while next < queue.count {
        let site = queue[next]
        next += 1
        formBelief(at: site)
        if let entry = parentEntry[site] {
          let (edge, other) = (
            Int(adjacency.edges[entry]), Int(labels[Int(adjacency.neighbours[entry])])
          )
          for label in 0..<q {
            belief[label] +=
              (adjacency.isFirst[entry]
                ? costs.pairwiseCost(edge, label, other) : costs.pairwiseCost(edge, other, label))
              - messages[incoming(entry) + label]
          }
        }
        labels[site] = UInt8(belief.leastIndex)
        for entry in adjacency.range(of: site) {
          let neighbour = Int(adjacency.neighbours[entry])
          guard !isKnown[neighbour] else { continue }
          isKnown[neighbour] = true
          parentEntry[neighbour] = adjacency.range(of: neighbour).first {
            adjacency.edges[$0] == adjacency.edges[entry]
          }
          queue.append(neighbour)
        }
      }
    }
    return labels
  }
}
