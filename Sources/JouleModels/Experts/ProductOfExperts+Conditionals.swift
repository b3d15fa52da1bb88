public import JouleCore
public import JouleTensor

extension ProductOfExperts: DifferentiableEnergy where Expert: DifferentiableEnergy {
  /// Σₘ wₘ Eₘ with Σₘ wₘ ∂Eₘ/∂x.
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return addingUp(into: &gradient) { $0.energy(of: rows, gradient: &$1) }
  }

  public func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>) {
    requireRows(rows)
    _ = addingUp(into: &gradient) { expert, own in
      expert.energyGradient(at: rows, into: &own)
      return Tensor(zeros: [0])
    }
  }

  /// The gradient and what comes with it, summed over experts.
  private func addingUp(
    into gradient: inout Tensor<Scalar>,
    _ part: (TemperedEnergy<Expert>, inout Tensor<Scalar>) -> Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let judgements = judgements
    var total = part(judgements[0], &gradient)
    guard judgements.count > 1 else { return total }
    var own = Tensor<Scalar>(zeros: gradient.shape)
    for judgement in judgements.dropFirst() {
      total += part(judgement, &own)
      gradient += own
    }
    return total
  }
}

extension ProductOfExperts: DiscreteEnergy where Expert: DiscreteEnergy {
  /// Those of every expert.
  public func values(ofSite site: Int) -> [Scalar] { experts[0].values(ofSite: site) }

  /// The sites that some expert looks at.
  public func markovBlanket(ofSite site: Int) -> [Int] {
    Set(experts.flatMap { $0.markovBlanket(ofSite: site) }).sorted()
  }

  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    var energies = sum { $0.conditionalEnergies(of: rows, sites: sites) }
    // A value that a site lacks stays impossible, also to an expert whose judgement is turned round.
    if weights.contains(where: { $0 < 0 }) { forbidMissingValues(&energies, of: sites) }
    return energies
  }

  private func forbidMissingValues(_ energies: inout Tensor<Scalar>, of sites: [Int]) {
    let most = energies.shape[2]
    for (index, site) in sites.enumerated() {
      for value in values(ofSite: site).count..<most {
        for row in 0..<energies.shape[0] { energies[row, index, value] = .infinity }
      }
    }
  }
}

extension ProductOfExperts: LocalEnergy where Expert: LocalEnergy {
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    sum { $0.flipEnergies(of: rows, sites: sites) }
  }
}

extension ProductOfExperts: EnumerableModel where Expert: LocalEnergy & ParametricEnergy {
  public var enumeratedBitCount: Int { variableCount }

  /// −E of the states; see `EnumerableModel`.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    energy(of: rows(ofStates: states)).elements.map { -Double($0) }
  }

  public func enumeratedCompletion(_ states: Range<Int>) -> ExpertRows<Expert> {
    complete(rows(ofStates: states))
  }

  private func rows(ofStates states: Range<Int>) -> Tensor<Scalar> {
    let values = (0..<variableCount).map { self.values(ofSite: $0) }
    return Tensor(
      shape: [states.count, variableCount],
      elements: states.flatMap { state in
        values.indices.map { values[$0][state >> $0 & 1] }
      })
  }
}
