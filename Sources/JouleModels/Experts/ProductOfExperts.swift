public import JouleCore
public import JouleTensor

/// A product of experts: what is likely is what all of several models find likely.
///
///     p(x) = Πₘ pₘ(x)^wₘ / Z,   E(x) = Σₘ wₘ Eₘ(x)
///
/// Like AND: where one expert sees nothing, with a weight above 0, the product is zero. The experts' own
/// constants log Zₘ do not matter. What all experts can do beyond being evaluated, the product can too:
/// it has a gradient, conditional distributions or parameters where each of them has.
///
///     let both = try ProductOfExperts([machine, another], weights: [1, 0.5])
///     let mixed = try ProductOfExperts(machine, spins).multiplied(by: network)
///
/// A weight is an inverse temperature: expert m enters as `TemperedEnergy`. Experts of different kinds
/// are joined by `EitherEnergy`; one that is to stay as it is while others train, or has no parameters,
/// is a `FixedEnergy`.
///
/// Reference: G. Hinton, Training products of experts by minimizing contrastive divergence, Neural
/// Computation 14 (2002), eq. 1.
public struct ProductOfExperts<Expert: EnergyModel>: EnergyModel {
  public typealias Scalar = Expert.Scalar

  public internal(set) var experts: [Expert]
  /// w, one an expert.
  public internal(set) var weights: [Scalar]
  /// Whether the weights are parameters too, and are trained with those of the experts.
  public let trainsWeights: Bool

  /// - Parameters:
  ///   - experts: models of the same variables, at least one.
  ///   - weights: w, one an expert; nil means 1 each. A negative one turns an expert's judgement round,
  ///     which normalises only where the others fall faster.
  ///   - trainsWeights: whether the weights are parameters too.
  /// - Throws: ``ExpertsError`` where there is no expert, their variables differ, or a weight is missing
  ///   or not finite.
  public init(
    _ experts: [Expert], weights: [Scalar]? = nil, trainsWeights: Bool = false
  ) throws(ExpertsError) {
    try requireSameVariables(experts)
    let weights = weights ?? [Scalar](repeating: 1, count: experts.count)
    guard weights.count == experts.count else {
      throw .count(of: "weights", found: weights.count, experts: experts.count)
    }
    if let index = weights.firstIndex(where: { !$0.isFinite }) {
      throw .number(
        of: "weight", expert: index, found: Double(weights[index]), requirement: "a finite number")
    }
    self.experts = experts
    self.weights = weights
    self.trainsWeights = trainsWeights
  }

  /// A product of two experts of different kinds; see ``init(_:weights:trainsWeights:)``.
  public init<First: EnergyModel, Second: EnergyModel>(
    _ first: First, _ second: Second, weights: [Scalar]? = nil, trainsWeights: Bool = false
  ) throws(ExpertsError) where Expert == EitherEnergy<First, Second> {
    try self.init(
      [.first(first), .second(second)], weights: weights, trainsWeights: trainsWeights)
  }

  /// This product with one more expert, of another kind.
  public func multiplied<Other: EnergyModel>(
    by other: Other, weight: Scalar = 1
  ) throws(ExpertsError) -> ProductOfExperts<EitherEnergy<Expert, Other>> {
    try ProductOfExperts<EitherEnergy<Expert, Other>>(
      experts.map { .first($0) } + [.second(other)], weights: weights + [weight],
      trainsWeights: trainsWeights)
  }

  public var variableCount: Int { experts[0].variableCount }

  /// wₘ Eₘ of every expert.
  var judgements: [TemperedEnergy<Expert>] {
    experts.indices.map { experts[$0].tempered(Double(weights[$0])) }
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return sum { $0.energy(of: rows) }
  }

  /// What the first expert that knows a reason says.
  public func faultReason(at row: Tensor<Scalar>) -> String? {
    for (index, expert) in experts.enumerated() {
      if let reason = expert.faultReason(at: row) { return "expert \(index): \(reason)" }
    }
    return nil
  }

  /// The sum over experts of something that scales with their weights.
  func sum(_ part: (TemperedEnergy<Expert>) -> Tensor<Scalar>) -> Tensor<Scalar> {
    let judgements = judgements
    var total = part(judgements[0])
    for judgement in judgements.dropFirst() { total += part(judgement) }
    return total
  }
}

/// Stops where there is no expert, or experts differ in their variables.
func requireSameVariables<Expert: EnergyModel>(_ experts: [Expert]) throws(ExpertsError) {
  guard let first = experts.first else { throw .none }
  for (index, expert) in experts.enumerated() {
    if expert.variableCount != first.variableCount {
      throw .variables(
        expert: index, found: expert.variableCount, expected: first.variableCount)
    }
  }
  let values = experts.map { expert in
    (expert as? any DiscreteEnergy).map { siteValues(of: $0) }
  }
  guard let expected = values[0] else { return }
  for (index, own) in values.enumerated() {
    if let own, let site = own.indices.first(where: { own[$0] != expected[$0] }) {
      throw .values(expert: index, site: site, found: own[site], expected: expected[site])
    }
  }
}

private func siteValues(of model: some DiscreteEnergy) -> [[Double]] {
  (0..<model.variableCount).map { model.values(ofSite: $0).map { Double($0) } }
}
