public import JouleCore
import JouleTensor

extension Gibbs: EnumerableKernel {
  /// A sweep, colour by colour as `step` draws it: every site of a group from where all of them stood.
  public func transitions(
    over space: StateSpace<Energy.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    guard scan == .random else {
      var table = TransitionTable.identity(space.count)
      for group in groups {
        table = table.followed(by: try transitions(of: group, over: space))
      }
      return table
    }
    var one = try transitions(of: groups[0], over: space)
    for (index, group) in groups.enumerated().dropFirst() {
      one = one.mixed(
        with: try transitions(of: group, over: space), weight: Double(index) / Double(index + 1))
    }
    return groups.dropFirst().reduce(one) { table, _ in table.followed(by: one) }
  }

  private func transitions(
    of group: [Int], over space: StateSpace<Energy.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let energies = Tensor<Double>(energy.conditionalEnergies(of: space.rows, sites: group))
    let values = group.map(energy.values(ofSite:))
    var successors: [[TransitionTable.Successor]] = []
    for state in 0..<space.count {
      var rows = [space.rows.row(state)]
      var probabilities = [1.0]
      for (index, site) in group.enumerated() {
        let present = values[index].firstIndex(of: space.rows[state, site])
        let chances = chances(
          energies: (0..<values[index].count).map { energies[state, index, $0] },
          present: present)
        var nextRows: [Tensor<Energy.Scalar>] = []
        var nextProbabilities: [Double] = []
        for (row, probability) in zip(rows, probabilities) {
          for (value, chance) in chances.enumerated() where chance > 0 {
            var changed = row
            changed[site] = values[index][value]
            nextRows.append(changed)
            nextProbabilities.append(probability * chance)
          }
        }
        (rows, probabilities) = (nextRows, nextProbabilities)
      }
      let next = try space.requireIndices(of: Tensor(stacking: rows), from: state)
      successors.append(
        zip(next, probabilities).map { .init(state: $0, probability: $1) })
    }
    return TransitionTable(successors)
  }

  /// The probability of each value after a draw; a site whose conditional is not defined stays, as a
  /// fault leaves it.
  private func chances(energies: [Double], present: Int?) -> [Double] {
    let stays = energies.indices.map { $0 == present ? 1.0 : 0 }
    switch rule {
    case .heatBath: return SiteRule.conditional(energies: energies) ?? stays
    case .metropolized:
      guard let moves = SiteRule.metropolized(energies: energies, present: present) else {
        return stays
      }
      var chances = zip(moves.proposals, moves.acceptances).map { $0 * $1 }
      if let present { chances[present] = 1 - chances.reduce(0, +) }
      return chances
    }
  }
}
