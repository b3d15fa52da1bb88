/// Messages of sum-product, two an edge, with or without weights of edges.
///
///     log bᵢ(a)      = −θᵢ(a) + Σₖ ρ_ki m_ki(a)
///     m_ij(b)        ← log Σ_a exp(log bᵢ(a) − m_ji(a) − θᵢⱼ(a, b) / ρᵢⱼ)
///     log bᵢⱼ(a, b)  = log bᵢ(a) − m_ji(a) + log bⱼ(b) − m_ij(b) − θᵢⱼ(a, b) / ρᵢⱼ
///
/// Whatever the messages are, Πᵢ bᵢ Πᵢⱼ (bᵢⱼ / bᵢ bⱼ)^ρᵢⱼ = exp(−E): they cancel. With ρ = 1 it is belief
/// propagation.
struct SumProductRun: Sendable {
  let costs: PairwiseCosts
  let adjacency: Adjacency
  private let message: SumMessage
  private let damping: Double
  /// In which sites send, forward and backward by turns; empty means by their numbers.
  private let order: [Int32]
  /// Of edge e, to its second site at 2e, to its first at 2e + 1, `[2 · edges, labels]`.
  private var messages: [Double]
  private var belief: [Double]
  private var sent: [Double]
  private var table: [Double]
  private var room: [Double]

  /// - Parameter damping: the part of the old message in the new one.
  init(
    _ costs: PairwiseCosts, appearances: [Double] = [], order: [Int32] = [], damping: Double,
    name: String
  ) throws(FieldError) {
    let count = 2 * costs.graph.edgeCount * costs.labelCount
    guard count <= TreeReweightedRun.largestMessageCount else {
      throw .tooLarge(
        what: name, found: "\(count * 8 >> 20) MiB of messages",
        limit: "\(TreeReweightedRun.largestMessageCount * 8 >> 20) MiB", cure: "Use fewer labels")
    }
    self.costs = costs
    adjacency = costs.graph.adjacency
    message = SumMessage(costs, appearances: appearances)
    self.damping = damping
    self.order = order
    messages = [Double](repeating: 0, count: count)
    belief = [Double](repeating: 0, count: costs.labelCount)
    sent = belief
    room = belief
    table = [Double](repeating: 0, count: costs.labelCount * costs.labelCount)
  }

  /// Where the message that comes along an entry of a site begins.
  @inline(__always)
  private func incoming(_ entry: Int) -> Int {
    (2 * Int(adjacency.edges[entry]) + (adjacency.isFirst[entry] ? 1 : 0)) * costs.labelCount
  }

  /// Where the message that goes along it begins.
  @inline(__always)
  private func outgoing(_ entry: Int) -> Int {
    (2 * Int(adjacency.edges[entry]) + (adjacency.isFirst[entry] ? 0 : 1)) * costs.labelCount
  }

  /// log bᵢ, `[labels]`, overwritten.
  private func formBelief(at site: Int, into result: inout [Double]) {
    let q = costs.labelCount
    for label in 0..<q { result[label] = -costs.unary[site * q + label] }
    for entry in adjacency.range(of: site) {
      let start = incoming(entry)
      let weight = message.appearance(Int(adjacency.edges[entry]))
      for label in 0..<q { result[label] += weight * messages[start + label] }
    }
  }

  /// All sites send to all their neighbours.
  ///
  /// - Returns: the largest change of a message.
  mutating func pass(forward: Bool) -> Double {
    let q = costs.labelCount
    let count = costs.siteCount
    var change = 0.0
    for index in 0..<count {
      let place = forward ? index : count - 1 - index
      let site = order.isEmpty ? place : Int(order[place])
      formBelief(at: site, into: &belief)
      for entry in adjacency.range(of: site) {
        let from = incoming(entry)
        for label in 0..<q { sent[label] = belief[label] - messages[from + label] }
        _ = message.form(
          &sent, edge: Int(adjacency.edges[entry]), isFirst: adjacency.isFirst[entry],
          table: &table, room: &room)
        let to = outgoing(entry)
        var moved = 0.0
        for label in 0..<q {
          let new = damping * messages[to + label] + (1 - damping) * sent[label]
          moved = max(moved, abs(new - messages[to + label]))
          messages[to + label] = new
        }
        change = max(change, moved)
      }
    }
    return change
  }

  /// log bᵢ of every site, `[sites, labels]`.
  var logBeliefs: [Double] {
    let q = costs.labelCount
    var result: [Double] = []
    result.reserveCapacity(costs.unary.count)
    var belief = [Double](repeating: 0, count: q)
    for site in 0..<costs.siteCount {
      formBelief(at: site, into: &belief)
      result += belief
    }
    return result
  }

  /// bᵢ and bᵢⱼ, each with a sum of 1, and
  ///
  ///     Σᵢ log Σ bᵢ + Σᵢⱼ ρᵢⱼ (log Σ bᵢⱼ − log Σ bᵢ − log Σ bⱼ) − c
  ///
  /// which of fixed points is the negative free energy of Bethe, or its reweighted form.
  func beliefs(detail: FieldSum.Detail) -> (logSum: Double, sites: [Double], edges: [Double]) {
    let q = costs.labelCount
    let logBeliefs = self.logBeliefs
    var logSums = [Double](repeating: 0, count: costs.siteCount)
    var sites: [Double] = []
    var total = -costs.constant
    for site in 0..<costs.siteCount {
      var values = Array(logBeliefs[site * q..<(site + 1) * q])
      logSums[site] = values.normalizeExponentials()
      total += logSums[site]
      if detail >= .siteMarginals { sites += values }
    }
    var edges: [Double] = []
    if detail >= .edgeMarginals { edges.reserveCapacity(costs.graph.edgeCount * q * q) }
    var pair = [Double](repeating: 0, count: q * q)
    costs.graph.forEachEdge { edge, first, second in
      message.formTable(edge, into: &pair)
      let (toSecond, toFirst) = (2 * edge * q, (2 * edge + 1) * q)
      for a in 0..<q {
        for b in 0..<q {
          pair[a * q + b] +=
            logBeliefs[first * q + a] - messages[toFirst + a] + logBeliefs[second * q + b]
            - messages[toSecond + b]
        }
      }
      let logSum = pair.normalizeExponentials()
      total += message.appearance(edge) * (logSum - logSums[first] - logSums[second])
      if detail >= .edgeMarginals { edges += pair }
    }
    return (total, sites, edges)
  }

  /// log Z of the distribution on a forest with terms log bᵢ of its sites and log bᵢⱼ / bᵢ bⱼ of its edges.
  ///
  /// - Parameter logBeliefs: ``logBeliefs``, `[sites, labels]`.
  func logPartition(of forest: SpanningForest, logBeliefs: [Double]) -> Double {
    let q = costs.labelCount
    var inward = logBeliefs
    var total = 0.0
    var (h, room) = (belief, belief)
    var table = self.table
    for place in forest.order.indices.reversed() {
      let site = Int(forest.order[place])
      for label in 0..<q { h[label] = inward[site * q + label] }
      let entry = Int(forest.parentEntries[site])
      guard entry >= 0 else {
        total += h.logSumOfExponentials
        continue
      }
      let (from, to) = (incoming(entry), outgoing(entry))
      for label in 0..<q { h[label] -= messages[from + label] }
      total += message.form(
        &h, edge: Int(adjacency.edges[entry]), isFirst: adjacency.isFirst[entry], table: &table,
        room: &room)
      let parent = Int(adjacency.neighbours[entry]) * q
      for label in 0..<q { inward[parent + label] += h[label] - messages[to + label] }
    }
    return total
  }
}
