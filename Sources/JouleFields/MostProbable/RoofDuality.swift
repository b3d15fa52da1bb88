/// The part of a most probable state of any binary field that a cut can prove.
///
/// Every variable gets a double that stands for its opposite; terms that would rather have their sites differ
/// join a variable with the double of the other, and the whole becomes submodular. Variables that differ from
/// their doubles in a minimum cut have in some most probable state the values that they have there
/// (persistency); the others stay open. The value of the cut is a lower bound: the roof dual.
///
/// References: P. Hammer, P. Hansen, B. Simeone, Roof duality, complementation and persistency in quadratic
/// 0–1 optimization, Mathematical Programming 28 (1984); V. Kolmogorov, C. Rother, Minimizing nonsubmodular
/// functions with graph cuts, IEEE Transactions on Pattern Analysis and Machine Intelligence 29 (2007), §2.
public struct RoofDuality: MostProbableStateSolver {
  public init() {}

  /// What is proved of a most probable state.
  public struct Persistency: Sendable, Equatable {
    /// The value that some most probable state has at each site, all at once; nil where it stays open.
    public let labels: [UInt8?]
    /// No state has less energy.
    public let bound: Double

    public var labelledCount: Int { labels.count { $0 != nil } }
  }

  /// - Throws: when there are not two labels.
  public func persistency(_ costs: PairwiseCosts) throws(FieldError) -> Persistency {
    guard costs.labelCount == 2 else {
      throw .unsupported(
        what: "roof duality", found: "\(costs.labelCount) labels", expected: "2 labels")
    }
    let form = BinaryForm(costs)
    let cut = BinaryCut(Self.doubled(form))
    let count = costs.siteCount
    return Persistency(
      labels: (0..<count).map { cut.labels[$0] != cut.labels[count + $0] ? cut.labels[$0] : nil },
      bound: cut.bound)
  }

  /// The persistent labels, the open sites by descent.
  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    let known = try persistency(costs)
    var labels = zip(known.labels, costs.cheapestUnaryLabels).map { $0 ?? $1 }
    _ = IteratedConditionalModes.descend(&labels, LocalCosts(costs))
    return MostProbableState(labels, of: costs, bound: known.bound, iterations: 1)
  }

  /// (E(x) + E(1 − x̄)) / 2 with x̄ in place of 1 − x where a term is not submodular; site n + i is x̄ᵢ.
  private static func doubled(_ form: BinaryForm) -> BinaryForm {
    let count = form.linear.count
    var constant = form.constant
    var linear = form.linear.map { 0.5 * $0 }
    for value in form.linear {
      linear.append(-0.5 * value)
      constant += 0.5 * value
    }
    var first: [Int32] = []
    var second: [Int32] = []
    var disagreement: [Double] = []
    form.graph.forEachEdge { edge, one, other in
      let price = form.disagreement[edge]
      let (far, farDouble) = price < 0 ? (count + other, other) : (other, count + other)
      // d [a ≠ b] = d + |d| [a ≠ 1 − b] for d < 0.
      if price < 0 { constant += price }
      first += [Int32(one), Int32(count + one)]
      second += [Int32(far), Int32(farDouble)]
      disagreement += [0.5 * abs(price), 0.5 * abs(price)]
    }
    return BinaryForm(
      graph: FieldGraph(
        siteCount: 2 * count, list: EdgeList(first: first, second: second, siteCount: 2 * count)),
      constant: constant, linear: linear, disagreement: disagreement)
  }
}
