/// What a site tells a neighbour when energies are minimised.
///
///     m(b) = min_a [h(a) + w V(a, b)]
///
/// - Complexity: O(q) for Potts and truncated linear tables, else O(q²).
///
/// Reference: P. Felzenszwalb, D. Huttenlocher, Efficient belief propagation for early vision,
/// International Journal of Computer Vision 70 (2006), §4.
struct MinimumMessage: Sendable {
  private enum Rule: Sendable, Equatable {
    /// min(slope |a − b|, limit).
    case truncatedLinear(slope: Double, limit: Double)
    case general
  }

  private let costs: PairwiseCosts
  private let rule: Rule

  init(_ costs: PairwiseCosts) {
    self.costs = costs
    rule = Self.rule(costs)
  }

  /// A Potts table is one of slope and limit alike.
  private static func rule(_ costs: PairwiseCosts) -> Rule {
    guard case .weighted(let weights, let table) = costs.pairwise, costs.labelCount > 1,
      weights.allSatisfy({ $0 >= 0 })
    else { return .general }
    let q = costs.labelCount
    let (slope, limit) = (table[1], table.max() ?? 0)
    guard slope >= 0 else { return .general }
    for a in 0..<q {
      for b in 0..<q where table[a * q + b] != min(slope * Double(abs(a - b)), limit) {
        return .general
      }
    }
    return .truncatedLinear(slope: slope, limit: limit)
  }

  /// Forms m in place of h, and subtracts its least value.
  ///
  /// - Parameters:
  ///   - h: `[labels]`, in place.
  ///   - room: `[labels]`, overwritten.
  ///   - isFirst: whether the sender is the edge's first site.
  /// - Returns: what was subtracted.
  func form(
    _ h: inout [Double], edge: Int, isFirst: Bool, room: inout [Double]
  ) -> Double {
    let q = costs.labelCount
    var least = Double.infinity
    switch (rule, costs.pairwise) {
    case (.truncatedLinear(let slope, let limit), .weighted(let weights, _)):
      let weight = weights[edge]
      for a in 0..<q { least = min(least, h[a]) }
      let step = weight * slope
      let ceiling = least + weight * limit
      for a in 1..<q { h[a] = min(h[a], h[a - 1] + step) }
      h[q - 1] = min(h[q - 1], ceiling)
      for a in stride(from: q - 2, through: 0, by: -1) {
        h[a] = min(h[a], min(h[a + 1] + step, ceiling))
      }
      // The least of h stays the least of m.
      for a in 0..<q { h[a] -= least }
      return least
    case (_, .weighted(let weights, let table)):
      let weight = weights[edge]
      for b in 0..<q {
        var best = Double.infinity
        for a in 0..<q {
          best = min(best, h[a] + weight * (isFirst ? table[a * q + b] : table[b * q + a]))
        }
        room[b] = best
        least = min(least, best)
      }
    case (_, .tables(let tables)):
      let start = edge * q * q
      for b in 0..<q {
        var best = Double.infinity
        for a in 0..<q {
          best = min(best, h[a] + tables[start + (isFirst ? a * q + b : b * q + a)])
        }
        room[b] = best
        least = min(least, best)
      }
    }
    for b in 0..<q { h[b] = room[b] - least }
    return least
  }
}
