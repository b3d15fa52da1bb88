import RealModule

/// What a site tells a neighbour when states are summed over; the counterpart of ``MinimumMessage``.
///
///     m(b) = log Σ_a exp(h(a) − θ(a, b) / ρ)
///
/// In logarithms throughout, so that no cost is too large.
///
/// - Complexity: O(q²) exponentials.
struct SumMessage: Sendable {
  let costs: PairwiseCosts
  /// ρ, `[edges]`; empty where every one is 1.
  let appearances: [Double]

  init(_ costs: PairwiseCosts, appearances: [Double] = []) {
    self.costs = costs
    self.appearances = appearances
  }

  @inline(__always)
  func appearance(_ edge: Int) -> Double { appearances.isEmpty ? 1 : appearances[edge] }

  /// −θ(a, b) / ρ of an edge, `[q, q]` with the label of its first site first.
  @inline(__always)
  func formTable(_ edge: Int, into table: inout [Double]) {
    let size = costs.labelCount * costs.labelCount
    let scale = -1 / appearance(edge)
    switch costs.pairwise {
    case .weighted(let weights, let shared):
      let weight = scale * weights[edge]
      for pair in 0..<size { table[pair] = weight * shared[pair] }
    case .tables(let tables):
      for pair in 0..<size { table[pair] = scale * tables[edge * size + pair] }
    }
  }

  /// Forms m in place of h, and subtracts its greatest value.
  ///
  /// - Parameters:
  ///   - h: `[labels]`, in place.
  ///   - isFirst: whether the sender is the edge's first site.
  ///   - table: `[labels, labels]`, overwritten.
  ///   - room: `[labels]`, overwritten.
  /// - Returns: what was subtracted.
  func form(
    _ h: inout [Double], edge: Int, isFirst: Bool, table: inout [Double], room: inout [Double]
  ) -> Double {
    let q = costs.labelCount
    formTable(edge, into: &table)
    let (sender, receiver) = isFirst ? (q, 1) : (1, q)
    var greatest = -Double.infinity
    for b in 0..<q {
      var largest = -Double.infinity
      for a in 0..<q { largest = max(largest, h[a] + table[a * sender + b * receiver]) }
      var sum = 0.0
      for a in 0..<q { sum += Double.exp(h[a] + table[a * sender + b * receiver] - largest) }
      room[b] = largest + Double.log(sum)
      greatest = max(greatest, room[b])
    }
    for b in 0..<q { h[b] = room[b] - greatest }
    return greatest
  }
}

extension [Double] {
  /// log Σ exp of the elements.
  var logSumOfExponentials: Double {
    var largest = -Double.infinity
    for value in self { largest = Swift.max(largest, value) }
    guard largest.isFinite else { return largest }
    var sum = 0.0
    for value in self { sum += Double.exp(value - largest) }
    return largest + Double.log(sum)
  }

  /// exp of the elements, scaled to a sum of 1, in place.
  ///
  /// - Returns: the logarithm of what they were divided by.
  @discardableResult
  mutating func normalizeExponentials() -> Double {
    var largest = -Double.infinity
    for value in self { largest = Swift.max(largest, value) }
    var sum = 0.0
    for index in indices {
      self[index] = Double.exp(self[index] - largest)
      sum += self[index]
    }
    for index in indices { self[index] /= sum }
    return largest.isFinite ? largest + Double.log(sum) : largest
  }
}
