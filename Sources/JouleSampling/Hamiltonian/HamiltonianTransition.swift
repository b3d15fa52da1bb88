public import JouleCore

/// What a Hamiltonian transition tells of itself.
public struct HamiltonianTransition: TransitionInfo {
  /// HMC and MALA: the probability with which each chain's proposal was accepted. NUTS: the mean over its
  /// trajectory of what that probability would have been, which step sizes are adapted to.
  public let acceptanceProbabilities: [Double]?
  /// Whether each chain moved to another point.
  public let moved: [Bool]
  /// H = E(x) + ½ pᵀM⁻¹p of where each chain stands and the momentum it came with, in nats. Momenta are
  /// drawn anew in every step; how far H then jumps, beside how widely it is spread, is the E-BFMI.
  public let hamiltonians: [Double]
  /// Whether each chain's trajectory lost its energy: H rose by more than the kernel's bound, or the
  /// trajectory left the support. The step size is too large for that place.
  public let diverged: [Bool]
  /// How often each chain asked for the gradient: once a leapfrog step.
  public let gradientCounts: [Int]
  /// How often the trajectory of each chain was doubled; nil where trajectories have a fixed length.
  public let treeDepths: [Int]?
  public let fault: TransitionFault?
}

extension DifferentiableChains {
  /// No chain moved, for a reason that concerns them all.
  func standing(because reason: String) -> HamiltonianTransition {
    HamiltonianTransition(
      acceptanceProbabilities: [Double](repeating: 0, count: count),
      moved: [Bool](repeating: false, count: count), hamiltonians: energies,
      diverged: [Bool](repeating: false, count: count),
      gradientCounts: [Int](repeating: 0, count: count), treeDepths: nil,
      fault: TransitionFault(row: 0, reason: .other(reason)))
  }
}
