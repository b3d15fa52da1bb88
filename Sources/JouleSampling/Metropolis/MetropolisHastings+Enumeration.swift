public import JouleCore
public import JouleTensor

extension MetropolisHastings: EnumerableKernel where Q: EnumerableProposal {
  /// q(x′|x) min(1, r) for every proposal, and what is rejected stays.
  public func transitions(
    over space: StateSpace<Energy.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let energies = Tensor<Double>(energy.energy(of: space.rows)).elements
    var successors: [[TransitionTable.Successor]] = []
    for state in 0..<space.count {
      let outcomes = proposal.outcomes(from: space.rows.row(state))
      let next = try space.requireIndices(of: outcomes.proposed.rows, from: state)
      let ratios = logRatios(
        from: next.map { _ in energies[state] }, to: next.map { energies[$0] },
        outcomes.proposed)
      var list: [TransitionTable.Successor] = []
      var stay = 0.0
      for (index, probability) in outcomes.probabilities.enumerated() {
        let accepted = MetropolisTest.probability(ofLogRatio: ratios[index])
        list.append(.init(state: next[index], probability: probability * accepted))
        stay += probability * (1 - accepted)
      }
      list.append(.init(state: state, probability: stay))
      successors.append(list)
    }
    return TransitionTable(successors)
  }
}

extension Symmetric: EnumerableProposal where Walk: EnumerableSymmetricProposal {
  public func outcomes(from row: Tensor<Walk.Scalar>) -> ProposalOutcomes<Walk.Scalar> {
    walk.outcomes(from: row)
  }
}

extension RestrictedProposal: EnumerableProposal where Block: EnumerableProposal {
  public func outcomes(from row: Tensor<Block.Scalar>) -> ProposalOutcomes<Block.Scalar> {
    let part = SiteChoice.columns(variables, of: row.reshaped(to: [1, row.count]))
    let outcomes = block.outcomes(from: part.row(0))
    var proposed = outcomes.proposed
    proposed.rows = Tensor(stacking: outcomes.probabilities.map { _ in row })
    SiteChoice.place(outcomes.proposed.rows, at: variables, of: &proposed.rows)
    return ProposalOutcomes(proposed, probabilities: outcomes.probabilities)
  }
}
