import JouleCore
import JouleTensor

extension MetropolisHastings {
  /// The first chain whose move means nothing, with the reason.
  func fault(
    from state: State, to proposedEnergies: [Double], logRatios: [Double]
  ) -> TransitionFault? {
    for chain in logRatios.indices {
      let ratio = logRatios[chain]
      // Sound moves first, for they are nearly all: both energies finite and a ratio that is a number,
      // or a proposal outside the support.
      let isSound = ratio.isFinite || (ratio == -.infinity && proposedEnergies[chain] > -.infinity)
      if isSound && state.energies[chain].isFinite { continue }
      if let reason = reason(of: chain, state, proposedEnergies[chain]) {
        return TransitionFault(row: chain, reason: reason)
      }
    }
    return nil
  }

  private func reason(
    of chain: Int, _ state: State, _ proposedEnergy: Double
  ) -> TransitionFault.Reason? {
    let energy = state.energies[chain]
    if energy == .infinity { return .outsideSupport }
    if !energy.isFinite {
      return self.energy.energyFault(of: "its energy", energy, at: state.rows.row(chain))
    }
    let proposed = state.proposed
    if proposedEnergy.isNaN || proposedEnergy == -.infinity {
      return self.energy.energyFault(
        of: "the energy of its proposal", proposedEnergy, at: proposed.rows.row(chain))
    }
    let (forward, reverse) = (proposed.logForward[chain], proposed.logReverse[chain])
    if !forward.isFinite || reverse.isNaN || reverse == .infinity {
      return .other(
        "the proposal states log densities \(forward) there and \(reverse) back; what was drawn has a "
          + "finite one, and none is +infinity")
    }
    return nil
  }
}

extension EnergyModel {
  /// Why an energy that is NaN or −∞ is a fault, with what the model knows of it.
  func energyFault(
    of what: String, _ value: Double, at row: Tensor<Scalar>
  ) -> TransitionFault.Reason {
    let shown = row.elements.prefix(8).map { "\($0)" } + (row.count > 8 ? ["…"] : [])
    let place = "[" + shown.joined(separator: ", ") + "]"
    guard let known = faultReason(at: row) else {
      return .notFinite("\(what) \(value.isNaN ? .nan : value) at \(place)")
    }
    return .other("\(what) at \(place): \(known)")
  }
}
