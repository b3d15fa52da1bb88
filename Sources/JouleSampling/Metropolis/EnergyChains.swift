public import JouleCore
public import JouleTensor

/// Chains that know the energies of where they are: the state of Metropolis kernels.
public struct EnergyChains<Scalar: TensorScalar>: Sendable {
  /// Where the chains are, `[chains, variables]`.
  public internal(set) var rows: Tensor<Scalar>
  /// E of each row, in nats.
  public internal(set) var energies: [Double]
  /// Room for proposals; nothing between steps.
  var proposed: Proposed<Scalar>

  init(rows: Tensor<Scalar>, energies: Tensor<Scalar>) {
    self.rows = rows
    self.energies = Tensor<Double>(energies).elements
    proposed = Proposed(shape: rows.shape)
  }
}

/// What a Metropolis step tells.
public struct MetropolisTransition: TransitionInfo {
  /// min(1, r) of each chain; nil never.
  public let acceptanceProbabilities: [Double]?
  /// Whether each chain moved to what was proposed.
  public let accepted: [Bool]
  /// E of each proposal, in nats.
  public let proposedEnergies: [Double]
  public let fault: TransitionFault?

  /// No chain moved, for a reason that concerns them all.
  static func standing<Scalar>(
    _ chains: EnergyChains<Scalar>, because reason: TransitionFault.Reason
  ) -> MetropolisTransition {
    MetropolisTransition(
      acceptanceProbabilities: chains.energies.map { _ in 0 },
      accepted: chains.energies.map { _ in false }, proposedEnergies: chains.energies,
      fault: TransitionFault(row: 0, reason: reason))
  }
}
