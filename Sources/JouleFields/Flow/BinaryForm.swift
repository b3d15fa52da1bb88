/// An energy of binary variables as a cut has it.
///
///     E(x) = c + Σᵢ uᵢ xᵢ + Σ₍ᵢⱼ₎ dᵢⱼ [xᵢ ≠ xⱼ]
///
/// Every energy of pairs of binary variables can be written so; it is submodular when d ≥ 0.
///
/// Reference: V. Kolmogorov, R. Zabih, What energy functions can be minimized via graph cuts?, IEEE
/// Transactions on Pattern Analysis and Machine Intelligence 26 (2004), §4.1.
struct BinaryForm: Sendable {
  let graph: FieldGraph
  var constant: Double
  /// u, `[sites]`.
  var linear: [Double]
  /// d, `[edges]`: half of θ(0,1) + θ(1,0) − θ(0,0) − θ(1,1), the price of disagreement.
  var disagreement: [Double]
  /// The largest magnitude of the pairwise costs that made the prices: what their rounding is relative to.
  private var largestCost: Double

  init(graph: FieldGraph, constant: Double, linear: [Double], disagreement: [Double]) {
    self.graph = graph
    self.constant = constant
    self.linear = linear
    self.disagreement = disagreement
    largestCost = 0
    for price in disagreement { largestCost = max(largestCost, abs(price)) }
  }

  /// - Precondition: two labels.
  init(_ costs: PairwiseCosts) {
    precondition(costs.labelCount == 2, "a binary form has 2 labels, got \(costs.labelCount)")
    self.init(
      graph: costs.graph, constant: costs.constant,
      linear: [Double](repeating: 0, count: costs.siteCount),
      disagreement: [Double](repeating: 0, count: costs.graph.edgeCount))
    for site in 0..<costs.siteCount {
      constant += costs.unary[2 * site]
      linear[site] = costs.unary[2 * site + 1] - costs.unary[2 * site]
    }
    switch costs.pairwise {
    case .weighted(let weights, let table):
      graph.forEachEdge { edge, first, second in
        let weight = weights[edge]
        add(
          edge, first, second, weight * table[0], weight * table[1], weight * table[2],
          weight * table[3])
      }
    case .tables(let tables):
      graph.forEachEdge { edge, first, second in
        add(
          edge, first, second, tables[4 * edge], tables[4 * edge + 1], tables[4 * edge + 2],
          tables[4 * edge + 3])
      }
    }
  }

  /// With spins: u = −2h, d = 2J, c − Σ J + Σ h.
  init<Scalar>(_ model: IsingModel<Scalar>) {
    let spins = model.expressed(in: .spins)
    self.init(
      graph: model.graph, constant: spins.constant, linear: spins.field.doubles,
      disagreement: spins.couplings.doubles)
    for site in linear.indices {
      constant += linear[site]
      linear[site] *= -2
    }
    for edge in disagreement.indices {
      constant -= disagreement[edge]
      disagreement[edge] *= 2
    }
  }

  /// Adds the costs of the labels 00, 01, 10 and 11 of an edge's sites.
  @inline(__always)
  mutating func add(
    _ edge: Int, _ first: Int, _ second: Int, _ c00: Double, _ c01: Double, _ c10: Double,
    _ c11: Double
  ) {
    // With d = (c01 + c10 − c00 − c11) / 2: c00 + (c10 − c00 − d) a + (c01 − c00 − d) b + d [a ≠ b].
    // Equal costs cancel exactly in this order.
    let half = 0.5 * ((c01 - c00) + (c10 - c11))
    constant += c00
    linear[first] += c10 - c00 - half
    linear[second] += c01 - c00 - half
    disagreement[edge] += half
    largestCost = max(max(largestCost, max(abs(c00), abs(c01))), max(abs(c10), abs(c11)))
  }

  /// The first edge whose price of disagreement is negative beyond the rounding of the costs it came from.
  var firstNotSubmodular: Int? {
    let tolerance = 1e-13 * largestCost
    return disagreement.firstIndex { $0 < -tolerance }
  }

  /// E of one state.
  func energy(of labels: [UInt8]) -> Double {
    var sum = constant
    for site in linear.indices where labels[site] == 1 { sum += linear[site] }
    graph.forEachEdge { edge, first, second in
      if labels[first] != labels[second] { sum += disagreement[edge] }
    }
    return sum
  }
}
