public import JouleCore
public import JouleTensor

extension MetropolisHastings: EnumerableKernel where Q: EnumerableProposal {
  /// q(x′|x) min(1, r) for every proposal, and what is rejected stays. A proposal outside the space is rejected
  /// too where it has no probability; else it is an error.
  public func transitions(
    over space: StateSpace<Energy.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let energies = Tensor<Double>(energy.energy(of: space.rows)).elements
    var successors: [[TransitionTable.Successor]] = []
    for state in 0..<space.count {
      let outcomes = proposal.outcomes(from: space.rows.row(state))
      let rows = outcomes.proposed.rows
      let proposedEnergies = Tensor<Double>(energy.energy(of: rows)).elements
      let ratios = logRatios(
        from: proposedEnergies.map { _ in energies[state] }, to: proposedEnergies,
        outcomes.proposed)
      var list: [TransitionTable.Successor] = []
      var stay = 0.0
      for (index, next) in space.indices(of: rows).enumerated() {
        let probability = outcomes.probabilities[index]
        let accepted = MetropolisTest.probability(ofLogRatio: ratios[index])
        stay += probability * (1 - accepted)
        if let next {
          list.append(.init(state: next, probability: probability * accepted))
        } else if accepted > 0 {
          throw StateSpaceError(state: state, row: Tensor<Double>(rows.row(index)).elements)
        }
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
