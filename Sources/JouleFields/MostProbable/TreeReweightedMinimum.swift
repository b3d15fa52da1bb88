/// A lower bound on the energy of any field and a state close to it: sequential tree-reweighted message
/// passing, TRW-S.
///
/// The energy is spread over chains that run forward through the sites' numbers; the sum of the chains' least
/// energies is a bound, which no pass lowers. Exact on trees, and on many images at once with the state.
///
/// - Complexity: O(edges · q) a pass for Potts and truncated linear costs, else O(edges · q²).
///
/// Reference: V. Kolmogorov, Convergent tree-reweighted message passing for energy minimization, IEEE
/// Transactions on Pattern Analysis and Machine Intelligence 28 (2006), §4.1 and fig. 3.
public struct TreeReweightedMinimum: MostProbableStateSolver {
  public let largestPassCount: Int
  public let tolerance: Double

  /// - Parameters:
  ///   - largestPassCount: passes, each forward and backward; fewer when the state is proved optimal.
  ///   - tolerance: ends when ten passes together raise the bound by less than this part of it.
  public init(largestPassCount: Int = 1000, tolerance: Double = 1e-9) {
    precondition(
      largestPassCount > 0 && tolerance >= 0,
      "passes are at least 1 and the tolerance not negative, got \(largestPassCount), \(tolerance)")
    self.largestPassCount = largestPassCount
    self.tolerance = tolerance
  }

  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    var run = try TreeReweightedRun(costs)
    var best = (labels: costs.cheapestUnaryLabels, energy: Double.infinity)
    var bound = costs.trivialBound
    var boundTenAgo = -Double.infinity
    var passes = 0
    while passes < largestPassCount {
      run.passForward()
      let energy = costs.energy(of: run.labels)
      if energy < best.energy { best = (run.labels, energy) }
      bound = max(bound, run.passBackward())
      passes += 1
      if best.energy - bound <= 1e-12 * max(1, abs(best.energy)) { break }
      if passes % 10 == 0 {
        if bound - boundTenAgo <= tolerance * max(1, abs(bound)) { break }
        boundTenAgo = bound
      }
    }
    // Ties leave the labels of single sites open; descent settles them.
    _ = IteratedConditionalModes.descend(&best.labels, run.local)
    return MostProbableState(best.labels, of: costs, bound: bound, iterations: passes)
  }
}

/// The messages of TRW-S, one an edge: that of the pass that went over it last.
struct TreeReweightedRun {
  let local: LocalCosts
  private let message: MinimumMessage
  /// 1 / the number of chains through each site.
  private let share: [Double]
  private var messages: [Double]
  private(set) var labels: [UInt8]
  private var belief: [Double]
  private var outgoing: [Double]
  private var room: [Double]

  /// Messages beyond this are refused: two gigabytes.
  static let largestMessageCount = 1 << 28

  init(_ costs: PairwiseCosts) throws(FieldError) {
    let count = costs.graph.edgeCount * costs.labelCount
    guard count <= Self.largestMessageCount else {
      throw .tooLarge(
        what: "TRW-S", found: "\(count * 8 >> 20) MiB of messages",
        limit: "\(Self.largestMessageCount * 8 >> 20) MiB", cure: "Use fewer labels")
    }
    local = LocalCosts(costs)
    message = MinimumMessage(costs)
    let adjacency = local.adjacency
    share = (0..<costs.siteCount).map { site in
      let forward = adjacency.range(of: site).count { adjacency.neighbours[$0] > Int32(site) }
      return 1 / Double(max(forward, adjacency.degree(of: site) - forward, 1))
    }
    messages = [Double](repeating: 0, count: count)
    labels = [UInt8](repeating: 0, count: costs.siteCount)
    belief = [Double](repeating: 0, count: costs.labelCount)
    outgoing = belief
    room = belief
  }

  /// θ̂ᵢ(a) = θᵢ(a) + Σⱼ mⱼᵢ(a).
  private mutating func formBelief(at site: Int) {
    let q = local.costs.labelCount
    for label in 0..<q { belief[label] = local.costs.unary[site * q + label] }
    for entry in local.adjacency.range(of: site) {
      let start = Int(local.adjacency.edges[entry]) * q
      for label in 0..<q { belief[label] += messages[start + label] }
    }
  }

  /// Sends along one edge; the message that came along it is in the slot and makes room.
  ///
  /// - Returns: the least value, which is subtracted.
  private mutating func send(from site: Int, along entry: Int) -> Double {
    let q = local.costs.labelCount
    let edge = Int(local.adjacency.edges[entry])
    for label in 0..<q {
      outgoing[label] = share[site] * belief[label] - messages[edge * q + label]
    }
    let least = message.form(
      &outgoing, edge: edge, isFirst: local.adjacency.isFirst[entry], room: &room)
    for label in 0..<q { messages[edge * q + label] = outgoing[label] }
    return least
  }

  /// From the first site to the last; each takes its label given those of the sites before it.
  mutating func passForward() {
    let costs = local.costs
    let q = costs.labelCount
    for site in labels.indices {
      formBelief(at: site)
      room = belief
      for entry in local.adjacency.range(of: site)
      where local.adjacency.neighbours[entry] < Int32(site) {
        let edge = Int(local.adjacency.edges[entry])
        let other = Int(labels[Int(local.adjacency.neighbours[entry])])
        for label in 0..<q {
          let cost =
            local.adjacency.isFirst[entry]
            ? costs.pairwiseCost(edge, label, other) : costs.pairwiseCost(edge, other, label)
          room[label] += cost - messages[edge * q + label]
        }
      }
      labels[site] = UInt8(room.leastIndex)
      for entry in local.adjacency.range(of: site)
      where local.adjacency.neighbours[entry] > Int32(site) {
        _ = send(from: site, along: entry)
      }
    }
  }

  /// From the last site to the first.
  ///
  /// - Returns: the bound, the sum of all that was subtracted.
  mutating func passBackward() -> Double {
    let q = local.costs.labelCount
    var bound = local.costs.constant
    for site in labels.indices.reversed() {
      formBelief(at: site)
      let least = belief.min() ?? 0
      bound += least
      for label in 0..<q { belief[label] -= least }
      for entry in local.adjacency.range(of: site)
      where local.adjacency.neighbours[entry] < Int32(site) {
        bound += send(from: site, along: entry)
      }
    }
    return bound
  }
}
