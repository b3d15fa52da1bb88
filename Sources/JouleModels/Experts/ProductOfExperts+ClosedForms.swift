import JouleTensor

// Products that are models of their experts' own kind, exactly.
extension ProductOfExperts {
  /// The product of members of one exponential family: natural parameters add.
  ///
  ///     Πₘ (h(x) exp(θₘ·T(x)))^wₘ = h(x)^{Σ wₘ} exp((Σₘ wₘ θₘ)·T(x))
  ///
  /// - Throws: ``ExpertsError/noClosedForm(_:)`` for experts of different families, where the powers of
  ///   the base measure do not add up to one of it, and where no member has the sum of the parameters,
  ///   so that the product cannot be normalised.
  public func closedForm<Family: ExponentialFamily>() throws(ExpertsError)
    -> ExponentialFamilyModel<Family> where Expert == ExponentialFamilyModel<Family>
  {
    let family = experts[0].family
    // Families are plain values: their text tells all that they hold.
    for (index, expert) in experts.enumerated() where "\(expert.family)" != "\(family)" {
      throw .noClosedForm(
        "expert 0 is of the family \(family), expert \(index) of \(expert.family)")
    }
    let total = weights.reduce(0, +)
    // One but for the rounding of the weights and of their sum.
    let isOne = abs(total - 1) <= Double(weights.count) * Double.ulpOfOne
    if !isOne, !(family is any UniformBaseMeasure) {
      throw .noClosedForm(
        "the weights add up to \(total), and a power of the base measure of the \(family.name) "
          + "distribution is none of its own: they have to add up to 1")
    }
    let sum = zip(weights, experts).map { $0 * $1.naturalParameters }
    do {
      return try ExponentialFamilyModel(family, sum.dropFirst().reduce(sum[0], +))
    } catch {
      throw .noClosedForm("\(error)")
    }
  }

  /// The product of restricted Boltzmann machines: one machine with the hidden units of all.
  ///
  ///     W = [W₁ W₂ …],   b = b₁ + b₂ + …,   c = (c₁, c₂, …)
  ///
  /// A whole weight w repeats the hidden units of its machine w times; a weight of 0 leaves it out.
  ///
  /// - Throws: ``ExpertsError/noClosedForm(_:)`` for other weights: powers of 1 + eᵃ are no products of
  ///   such factors; and where no hidden unit would be left.
  public func closedForm<S>() throws(ExpertsError) -> RestrictedBoltzmannMachine<S>
  where Expert == RestrictedBoltzmannMachine<S> {
    var copies: [RestrictedBoltzmannMachine<S>] = []
    for (index, weight) in weights.enumerated() {
      guard let count = Int(exactly: Double(weight)), count >= 0 else {
        throw .noClosedForm(
          "the weight of expert \(index) is \(weight), and only whole powers of a restricted Boltzmann "
            + "machine are machines")
      }
      copies += repeatElement(experts[index], count: count)
    }
    guard var bias = copies.first?.visibleBias else {
      throw .noClosedForm("all weights are 0, so that no hidden unit is left")
    }
    for machine in copies.dropFirst() { bias += machine.visibleBias }
    return RestrictedBoltzmannMachine(
      weights: Tensor(concatenating: copies.map(\.weights), along: 1), visibleBias: bias,
      hiddenBias: Tensor(concatenating: copies.map(\.hiddenBias)))
  }
}
