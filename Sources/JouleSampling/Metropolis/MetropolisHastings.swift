public import JouleCore
public import JouleRandom
public import JouleTensor

/// Metropolis-Hastings sampling of any energy with any proposal.
///
///     x′ ~ q(·|x),   accepted with probability min(1, p(x′) q(x|x′) / (p(x) q(x′|x)))
///
/// Satisfies detailed balance with respect to p(x) ∝ exp(−E(x)); Z cancels. The energies of where the
/// chains are stay in the state, so a step evaluates the energy once.
///
///     let kernel = MetropolisHastings(energy, GaussianWalk(scale: 0.5))
///
/// A proposal whose energy is +∞ lies outside the support and is rejected. A NaN, an energy of −∞, a chain
/// that stands outside the support, or densities that cannot be are faults.
///
/// Reference: W. K. Hastings, Monte Carlo sampling methods using Markov chains and their applications,
/// Biometrika 57 (1970).
public struct MetropolisHastings<Energy: EnergyModel, Q: Proposal>: TransitionKernel
where Q.Scalar == Energy.Scalar {
  public typealias Scalar = Energy.Scalar
  public typealias State = EnergyChains<Energy.Scalar>
  public typealias Info = MetropolisTransition
  public typealias Adaptation = Q.Adaptation

  public var energy: Energy
  public var proposal: Q

  public init(_ energy: Energy, _ proposal: Q) {
    self.energy = energy
    self.proposal = proposal
  }

  /// The symmetric case: the densities there and back are equal and cancel.
  public init<S: SymmetricProposal>(_ energy: Energy, _ proposal: S) where Q == Symmetric<S> {
    self.init(energy, Symmetric(proposal))
  }

  public func makeState(at rows: Tensor<Energy.Scalar>) -> State {
    energy.requireRows(rows)
    return EnergyChains(rows: rows, energies: energy.energy(of: rows))
  }

  public var isReversible: Bool { true }

  public func position(of state: State) -> Tensor<Energy.Scalar> { state.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> MetropolisTransition {
    if let defect = proposal.defect { return .standing(state, because: .other(defect)) }
    proposal.propose(from: state.rows, using: random, into: &state.proposed)
    requireProposal(state.proposed, for: state.rows)
    let proposedEnergies = Tensor<Double>(energy.energy(of: state.proposed.rows)).elements
    let ratios = logRatios(
      from: state.energies, to: proposedEnergies, state.proposed)
    let test = MetropolisTest(logRatios: ratios, using: random)
    let fault = fault(from: state, to: proposedEnergies, logRatios: ratios)
    state.rows.assignRows(where: test.accepted, from: state.proposed.rows)
    for chain in test.accepted.indices where test.accepted[chain] {
      state.energies[chain] = proposedEnergies[chain]
    }
    return MetropolisTransition(
      acceptanceProbabilities: test.probabilities, accepted: test.accepted,
      proposedEnergies: proposedEnergies, fault: fault)
  }

  /// log r = E(x) − E(x′) + log q(x|x′) − log q(x′|x) of every chain.
  func logRatios(
    from energies: [Double], to proposedEnergies: [Double], _ proposed: Proposed<Scalar>
  ) -> [Double] {
    energies.indices.map {
      // What is outside the support is never accepted, whatever the densities say.
      proposedEnergies[$0] == .infinity
        ? -.infinity
        : energies[$0] - proposedEnergies[$0]
          + (proposed.logReverse.elements[$0] - proposed.logForward.elements[$0])
    }
  }

  private func requireProposal(_ proposed: Proposed<Scalar>, for rows: Tensor<Scalar>) {
    let count = rows.shape[0]
    precondition(
      proposed.rows.shape == rows.shape && proposed.logForward.shape == [count]
        && proposed.logReverse.shape == [count],
      "proposals for rows of shape \(rows.shape) and their densities have shapes \(rows.shape), "
        + "[\(count)] and [\(count)], got \(proposed.rows.shape), \(proposed.logForward.shape) and "
        + "\(proposed.logReverse.shape)")
  }
}

extension MetropolisHastings {
  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> Q.Adaptation {
    proposal.makeAdaptation(variableCount: energy.variableCount, steps: steps)
  }

  /// The same energy with the proposal adapted.
  public func adapted(
    to step: WarmUpStep<MetropolisHastings>, learning adaptation: inout Q.Adaptation
  ) -> MetropolisHastings {
    let seen = ProposalWarmUpStep(
      index: step.index, count: step.count, rows: step.states.map(\.rows),
      meanAcceptance: step.meanAcceptance ?? 0)
    return MetropolisHastings(energy, proposal.adapted(to: seen, learning: &adaptation))
  }

  /// The same kernel for the energy at inverse temperature β.
  public func tempered(_ beta: Double) -> MetropolisHastings<TemperedEnergy<Energy>, Q> {
    MetropolisHastings<TemperedEnergy<Energy>, Q>(energy.tempered(beta), proposal)
  }
}
