/// What each label of one site costs, its neighbours' labels being what they are.
///
///     cost(a) = θᵢ(a) + Σⱼ θᵢⱼ(a, xⱼ)
///
/// Every method that moves one site at a time reads this.
struct LocalCosts: Sendable {
  let costs: PairwiseCosts
  let adjacency: Adjacency
  /// V as rows of a neighbour's label: `[label of the second, label of the first]`, for a weighted table.
  private let transposed: [Double]

  init(_ costs: PairwiseCosts) {
    self.costs = costs
    adjacency = costs.graph.adjacency
    if case .weighted(_, let table) = costs.pairwise {
      let q = costs.labelCount
      transposed = (0..<q * q).map { table[$0 % q * q + $0 / q] }
    } else {
      transposed = []
    }
  }

  /// - Parameter result: `[labels]`, overwritten.
  func form(at site: Int, given labels: [UInt8], into result: inout [Double]) {
    let q = costs.labelCount
    for label in 0..<q { result[label] = costs.unary[site * q + label] }
    switch costs.pairwise {
    case .weighted(let weights, let table):
      for entry in adjacency.range(of: site) {
        let weight = weights[Int(adjacency.edges[entry])]
        let row = Int(labels[Int(adjacency.neighbours[entry])]) * q
        if adjacency.isFirst[entry] {
          for label in 0..<q { result[label] += weight * transposed[row + label] }
        } else {
          for label in 0..<q { result[label] += weight * table[row + label] }
        }
      }
    case .tables(let tables):
      for entry in adjacency.range(of: site) {
        let start = Int(adjacency.edges[entry]) * q * q
        let other = Int(labels[Int(adjacency.neighbours[entry])])
        if adjacency.isFirst[entry] {
          for label in 0..<q { result[label] += tables[start + label * q + other] }
        } else {
          for label in 0..<q { result[label] += tables[start + other * q + label] }
        }
      }
    }
  }
}

extension [Double] {
  /// Where the least is, the first of equals.
  @inline(__always)
  var leastIndex: Int {
    var best = 0
    for index in 1..<Swift.max(count, 1) where self[index] < self[best] { best = index }
    return best
  }
}
