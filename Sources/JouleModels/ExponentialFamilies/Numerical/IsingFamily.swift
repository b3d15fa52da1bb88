public import JouleCore
public import JouleTensor

/// The Ising model on a small graph as an exponential family without closed log Z.
///
///     T(x) = (xᵢ for every site; xᵢ xⱼ for every edge),   h = 1,   θ = (fields; couplings)
///     log Z(θ) = log Σ_x exp(Σ θᵢ xᵢ + Σ θᵢⱼ xᵢ xⱼ), over 2ⁿ states
///
/// State number s has site i at its upper value where bit i of s is 1.
public struct IsingFamily: FiniteFamily, UniformBaseMeasure {
  /// The two values of a site.
  public enum SiteValues: Sendable, Equatable {
    /// 0 and 1, as of pixels.
    case bits
    /// −1 and 1, as of spins.
    case spins

    var lower: Double { self == .bits ? 0 : -1 }
  }

  public let siteCount: Int
  public let edges: [Edge]
  public let values: SiteValues

  /// A pair of sites that interact.
  public struct Edge: Sendable, Hashable {
    public let first: Int
    public let second: Int

    public init(_ first: Int, _ second: Int) {
      self.first = first
      self.second = second
    }
  }

  /// The most sites that are enumerated.
  public static let largestSiteCount = 20

  /// - Parameters:
  ///   - edges: each pair once, in either order; nil takes all pairs.
  /// - Precondition: 1 to 20 sites; edges between different sites, none twice.
  public init(siteCount: Int, edges: [Edge]? = nil, values: SiteValues = .bits) {
    precondition(
      siteCount > 0 && siteCount <= Self.largestSiteCount,
      "1 to \(Self.largestSiteCount) sites are enumerated, got \(siteCount)")
    let edges = edges ?? (0..<siteCount).flatMap { j in (0..<j).map { Edge($0, j) } }
    var seen: Set<Edge> = []
    for edge in edges {
      precondition(
        (0..<siteCount).contains(edge.first) && (0..<siteCount).contains(edge.second)
          && edge.first != edge.second,
        "an edge joins two of the sites 0 to \(siteCount - 1), got \(edge.first)–\(edge.second)")
      let isNew = seen.insert(
        Edge(min(edge.first, edge.second), max(edge.first, edge.second))
      ).inserted
      precondition(isNew, "the edge \(edge.first)–\(edge.second) comes twice")
    }
    self.siteCount = siteCount
    self.edges = edges
    self.values = values
  }

  public var name: String { "Ising model of \(siteCount) sites" }
  public var variableCount: Int { siteCount }
  public var statisticNames: [String] {
    (0..<siteCount).map { "x[\($0)]" } + edges.map { "x[\($0.first)] x[\($0.second)]" }
  }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    (0..<siteCount).allSatisfy { x[$0] == 1 || x[$0] == values.lower }
      ? nil : "values of \(values == .bits ? "0" : "−1") or 1"
  }

  public func statistics(of x: Span<Double>) -> [Double] {
    (0..<siteCount).map { x[$0] } + edges.map { x[$0.first] * x[$0.second] }
  }

  public var stateCount: Int { 1 << siteCount }

  public func rows(ofStates states: Range<Int>) -> Tensor<Double> {
    var elements: [Double] = []
    elements.reserveCapacity(states.count * siteCount)
    for state in states {
      for site in 0..<siteCount { elements.append(state >> site & 1 == 1 ? 1 : values.lower) }
    }
    return Tensor(shape: [states.count, siteCount], elements: elements)
  }

  public func logBaseMeasure(ofStates states: Range<Int>) -> [Double]? { nil }

  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? { 0 }
}

extension ExponentialFamilyModel: DiscreteEnergy where Family == IsingFamily {
  public func markovBlanket(ofSite site: Int) -> [Int] {
    family.edges.compactMap { edge in
      edge.first == site ? edge.second : edge.second == site ? edge.first : nil
    }.sorted()
  }
}

extension ExponentialFamilyModel: LocalEnergy where Family == IsingFamily {
  public func values(ofSite site: Int) -> [Double] { [family.values.lower, 1] }

  /// ΔEᵢ = −(x′ᵢ − xᵢ)(θᵢ + Σⱼ θᵢⱼ xⱼ); see `LocalEnergy`.
  public func flipEnergies(of rows: Tensor<Double>, sites: [Int]) -> Tensor<Double> {
    requireRows(rows)
    let theta = naturalParameters
    var result = Tensor<Double>(zeros: [rows.shape[0], sites.count])
    for (column, site) in sites.enumerated() {
      let touching = family.edges.enumerated().filter {
        $0.element.first == site || $0.element.second == site
      }
      for row in 0..<rows.shape[0] {
        var field = theta[site]
        for (index, edge) in touching {
          let other = edge.first == site ? edge.second : edge.first
          field += theta[family.siteCount + index] * rows[row, other]
        }
        // The other value less this one.
        let change = 1 + family.values.lower - 2 * rows[row, site]
        result[row, column] = -field * change
      }
    }
    return result
  }
}
