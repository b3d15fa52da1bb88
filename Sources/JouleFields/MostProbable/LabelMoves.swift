/// A state and the moves that improve it by a cut: at every site the present label (x = 0) or another (x = 1).
struct LabelMoves {
  enum Move {
    /// Every site may take the label.
    case expand(UInt8)
    /// Sites of either label may change to the other.
    case swap(UInt8, UInt8)
  }

  let costs: PairwiseCosts
  private(set) var labels: [UInt8]
  private(set) var energy: Double

  init(_ costs: PairwiseCosts, start: [UInt8]?) {
    self.costs = costs
    labels = start ?? costs.cheapestUnaryLabels
    costs.requireLabels(labels)
    energy = costs.energy(of: labels)
  }

  /// Makes all moves in turn until none improves.
  ///
  /// - Returns: the cycles made.
  mutating func repeatCycles(_ limit: Int, _ moves: [Move]) throws(FieldError) -> Int {
    // A move that has failed since the last success cannot succeed.
    var failures = 0
    for cycle in 1...limit {
      for move in moves {
        failures = try make(move) ? 0 : failures + 1
        if failures >= moves.count { return cycle }
      }
    }
    return limit
  }

  /// - Returns: whether the energy fell.
  private mutating func make(_ move: Move) throws(FieldError) -> Bool {
    let others: [UInt8]
    switch move {
    case .expand(let label): others = [UInt8](repeating: label, count: labels.count)
    case .swap(let one, let other):
      others = labels.map { $0 == one ? other : $0 == other ? one : $0 }
      if others == labels { return false }
    }
    let form = try choice(between: labels, and: others)
    let cut = BinaryCut(form)
    var moved = labels
    for site in moved.indices where cut.labels[site] == 1 { moved[site] = others[site] }
    let newEnergy = costs.energy(of: moved)
    guard newEnergy < energy - 1e-12 * max(1, abs(energy)) else { return false }
    labels = moved
    energy = newEnergy
    return true
  }

  /// The energy of choosing at every site between two labels.
  private func choice(
    between present: [UInt8], and others: [UInt8]
  ) throws(FieldError) -> BinaryForm {
    let (graph, q) = (costs.graph, costs.labelCount)
    var form = BinaryForm(
      graph: graph, constant: costs.constant,
      linear: [Double](repeating: 0, count: graph.siteCount),
      disagreement: [Double](repeating: 0, count: graph.edgeCount))
    for site in present.indices {
      let (a, b) = (Int(present[site]), Int(others[site]))
      form.constant += costs.unary[site * q + a]
      form.linear[site] = costs.unary[site * q + b] - costs.unary[site * q + a]
    }
    switch costs.pairwise {
    case .weighted(let weights, let table):
      graph.forEachEdge { edge, first, second in
        let (a, b) = (Int(present[first]) * q, Int(others[first]) * q)
        let (c, d) = (Int(present[second]), Int(others[second]))
        let weight = weights[edge]
        form.add(
          edge, first, second, weight * table[a + c], weight * table[a + d],
          weight * table[b + c], weight * table[b + d])
      }
    case .tables(let tables):
      graph.forEachEdge { edge, first, second in
        let start = edge * q * q
        let (a, b) = (start + Int(present[first]) * q, start + Int(others[first]) * q)
        let (c, d) = (Int(present[second]), Int(others[second]))
        form.add(edge, first, second, tables[a + c], tables[a + d], tables[b + c], tables[b + d])
      }
    }
    if let edge = form.firstNotSubmodular {
      let sites = graph.edges[edge]
      throw .notSubmodular(
        edge: edge, first: sites.first, second: sites.second, excess: -2 * form.disagreement[edge])
    }
    return form
  }
}
