/// The sum over the states of a field, and the marginal distributions that come with it.
///
///     Z = Σₓ exp(−E(x)),   pᵢ(a) = p(xᵢ = a),   pᵢⱼ(a, b) = p(xᵢ = a, xⱼ = b)
public struct FieldSum: Sendable, Equatable {
  /// On which side of log Z a value stands.
  public enum Status: String, Sendable, Equatable, Codable {
    /// log Z itself, up to the rounding of sums.
    case exact
    /// At most log Z, whether converged or not.
    case lowerBound
    /// At least log Z, whether converged or not.
    case upperBound
    /// Neither, and without a bound on the error.
    case estimate
  }

  /// How much is wanted; each includes what comes before it.
  public enum Detail: Int, Sendable, Comparable, CaseIterable {
    case logPartition, siteMarginals, edgeMarginals

    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
  }

  /// log Z as far as ``status`` says, in nats.
  public let logPartition: Double
  public let status: Status
  /// Whether an iteration has ended because nothing changed any more; true of methods that do not iterate.
  public let isConverged: Bool
  /// Passes that were made, or 1.
  public let iterations: Int
  public let labelCount: Int
  /// pᵢ(a), `[sites, q]`; empty where not asked for. Exact where the status is, else approximations.
  public let siteMarginals: [Double]
  /// pᵢⱼ(a, b), `[edges, q, q]`, the label of the edge's first site first; empty where not asked for.
  public let edgeMarginals: [Double]

  init(
    logPartition: Double, status: Status, isConverged: Bool = true, iterations: Int = 1,
    labelCount: Int, siteMarginals: [Double] = [], edgeMarginals: [Double] = []
  ) {
    self.logPartition = logPartition
    self.status = status
    self.isConverged = isConverged
    self.iterations = iterations
    self.labelCount = labelCount
    self.siteMarginals = siteMarginals
    self.edgeMarginals = edgeMarginals
  }

  /// pᵢ(a).
  public func marginal(ofSite site: Int, _ label: Int) -> Double {
    precondition(
      label >= 0 && label < labelCount && site >= 0 && site < siteMarginals.count / labelCount,
      "label \(label) of \(labelCount) at site \(site) of \(siteMarginals.count / labelCount)")
    return siteMarginals[site * labelCount + label]
  }

  /// pᵢⱼ(a, b) of the sites of an edge.
  public func marginal(ofEdge edge: Int, _ first: Int, _ second: Int) -> Double {
    let size = labelCount * labelCount
    precondition(
      (0..<labelCount).contains(first) && (0..<labelCount).contains(second) && edge >= 0
        && edge < edgeMarginals.count / size,
      "labels \(first), \(second) of \(labelCount) at edge \(edge) of \(edgeMarginals.count / size)"
    )
    return edgeMarginals[edge * size + first * labelCount + second]
  }

  /// The most probable label of every site by itself, which minimises the number of wrong sites.
  public var likeliestLabels: [UInt8] {
    (0..<siteMarginals.count / labelCount).map { site in
      var best = 0
      for label in 1..<max(labelCount, 1)
      where siteMarginals[site * labelCount + label] > siteMarginals[site * labelCount + best] {
        best = label
      }
      return UInt8(best)
    }
  }
}

/// A way to sum over the states of a pairwise field; the counterpart of ``MostProbableStateSolver``.
public protocol FieldSummation: Sendable {
  /// - Parameter detail: what is computed beside log Z: less may take less time and memory.
  /// - Throws: ``FieldError`` when the method cannot treat the costs, or not within its limits.
  func sum(_ costs: PairwiseCosts, detail: FieldSum.Detail) throws(FieldError) -> FieldSum
}

extension FieldSummation {
  public func sum(
    _ field: some PairwiseField, detail: FieldSum.Detail = .edgeMarginals
  ) throws(FieldError) -> FieldSum {
    try sum(field.costs, detail: detail)
  }

  public func sum(_ costs: PairwiseCosts) throws(FieldError) -> FieldSum {
    try sum(costs, detail: .edgeMarginals)
  }
}
