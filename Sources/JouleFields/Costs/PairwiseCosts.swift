/// A pairwise field as costs: the common form in which any of them is minimised, bounded and summed over.
///
///     E(x) = c + Σᵢ θᵢ(xᵢ) + Σ₍ᵢⱼ₎ θᵢⱼ(xᵢ, xⱼ),   xᵢ ∈ {0, …, q − 1},   p(x) = exp(−E(x)) / Z
///
/// in nats. Every model of this module gives its ``PairwiseField/costs``; a field of any other kind is made
/// here directly.
public struct PairwiseCosts: Sendable, Equatable {
  /// The terms of two variables.
  public enum Pairwise: Sendable, Equatable {
    /// θᵢⱼ(a, b) = wᵢⱼ V(a, b): a weight an edge, `[edges]`, and one table for all, `[q, q]`.
    case weighted([Double], table: [Double])
    /// A table an edge, `[edges, q, q]`; the label of the edge's first site comes first.
    case tables([Double])
  }

  public let graph: FieldGraph
  /// q
  public let labelCount: Int
  /// c
  public let constant: Double
  /// θᵢ(a), `[sites, q]`.
  public let unary: [Double]
  public let pairwise: Pairwise

  /// Labels are bytes.
  public static let largestLabelCount = 256

  /// - Throws: when a cost is NaN or infinite; the place is named.
  public init(
    _ graph: FieldGraph, labelCount: Int, unary: [Double], pairwise: Pairwise, constant: Double = 0
  ) throws(FieldError) {
    self.init(
      trusting: graph, labelCount: labelCount, unary: unary, pairwise: pairwise, constant: constant)
    try Self.requireFinite(unary, "the unary cost of site \(Self.place(labelCount))")
    switch pairwise {
    case .weighted(let weights, let table):
      try Self.requireFinite(weights, "the weight of edge")
      try Self.requireFinite(table, "the pairwise table's element")
    case .tables(let tables): try Self.requireFinite(tables, "the pairwise tables' element")
    }
    guard constant.isFinite else {
      throw .notFinite(what: "the constant", index: 0, value: constant)
    }
  }

  /// The same without a look at the numbers, for models that know theirs.
  init(
    trusting graph: FieldGraph, labelCount: Int, unary: [Double], pairwise: Pairwise,
    constant: Double
  ) {
    precondition(
      (1...Self.largestLabelCount).contains(labelCount),
      "a field has 1 to \(Self.largestLabelCount) labels, got \(labelCount)")
    precondition(
      unary.count == graph.siteCount * labelCount,
      "\(graph.siteCount) sites of \(labelCount) labels need \(graph.siteCount * labelCount) unary "
        + "costs, got \(unary.count)")
    switch pairwise {
    case .weighted(let weights, let table):
      precondition(
        weights.count == graph.edgeCount && table.count == labelCount * labelCount,
        "\(graph.edgeCount) edges and \(labelCount) labels need as many weights and a table of "
          + "\(labelCount * labelCount), got \(weights.count) and \(table.count)")
    case .tables(let tables):
      precondition(
        tables.count == graph.edgeCount * labelCount * labelCount,
        "\(graph.edgeCount) edges of \(labelCount) labels need "
          + "\(graph.edgeCount * labelCount * labelCount) costs, got \(tables.count)")
    }
    self.graph = graph
    self.labelCount = labelCount
    self.unary = unary
    self.pairwise = pairwise
    self.constant = constant
  }

  private static func place(_ labelCount: Int) -> String { "and label, in order of labels," }

  private static func requireFinite(_ values: [Double], _ what: String) throws(FieldError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: what, index: index, value: values[index])
    }
  }

  public var siteCount: Int { graph.siteCount }

  /// θ of an edge at the labels of its two sites.
  @inline(__always)
  public func pairwiseCost(_ edge: Int, _ first: Int, _ second: Int) -> Double {
    switch pairwise {
    case .weighted(let weights, let table): weights[edge] * table[first * labelCount + second]
    case .tables(let tables): tables[(edge * labelCount + first) * labelCount + second]
    }
  }

  /// E of one state.
  ///
  /// - Parameter labels: one a site, each below ``labelCount``.
  public func energy(of labels: [UInt8]) -> Double {
    precondition(
      labels.count == siteCount, "\(siteCount) sites have as many labels, got \(labels.count)")
    var sum = constant
    for site in 0..<siteCount { sum += unary[site * labelCount + Int(labels[site])] }
    // The enumeration is looked into once, not at every edge.
    switch pairwise {
    case .weighted(let weights, let table):
      graph.forEachEdge { edge, first, second in
        sum += weights[edge] * table[Int(labels[first]) * labelCount + Int(labels[second])]
      }
    case .tables(let tables):
      let q = labelCount
      graph.forEachEdge { edge, first, second in
        sum += tables[(edge * q + Int(labels[first])) * q + Int(labels[second])]
      }
    }
    return sum
  }

  /// The labels that are cheapest when every site is taken for itself.
  public var cheapestUnaryLabels: [UInt8] {
    (0..<siteCount).map { site in
      var best = 0
      for label in 1..<max(labelCount, 1)
      where unary[site * labelCount + label] < unary[site * labelCount + best] {
        best = label
      }
      return UInt8(best)
    }
  }

  /// Σ of the least terms: no state has less energy.
  public var trivialBound: Double {
    var sum = constant
    for site in 0..<siteCount {
      sum += unary[site * labelCount..<(site + 1) * labelCount].min() ?? 0
    }
    switch pairwise {
    case .weighted(let weights, let table):
      let (least, most) = (table.min() ?? 0, table.max() ?? 0)
      for weight in weights { sum += min(weight * least, weight * most) }
    case .tables(let tables):
      let size = labelCount * labelCount
      for edge in 0..<graph.edgeCount { sum += tables[edge * size..<(edge + 1) * size].min() ?? 0 }
    }
    return sum
  }
}

/// A model of terms of one and of two variables.
public protocol PairwiseField: Sendable {
  /// The model as costs; its labels are the values of its variables.
  var costs: PairwiseCosts { get }
}
