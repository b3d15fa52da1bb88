import JouleCore

/// What a point of a trajectory means for it.
enum TrajectoryEnd {
  /// The rise of H from which on a trajectory counts as lost, in nats: such a point is accepted once in e^1000
  /// times. As in Stan.
  static let largestRise = 1000.0

  /// Why a point is a fault and not just one that is never accepted; nil where it is none.
  ///
  /// Energies of NaN or −∞ and gradients that are not finite are faults of the model. But a trajectory
  /// that has lost its energy soon gets to where numbers overflow, and what is found there says nothing
  /// of the model: that is a divergence. It shows in the kinetic energy before the point was looked at.
  ///
  /// - Parameters:
  ///   - energy: E of the point.
  ///   - hamiltonian: E + ½|z|², the kick by the gradient there included.
  ///   - midway: ½|z|² on the way to the point.
  ///   - start: ½|z|² where the trajectory began.
  static func fault(
    energy: Double, hamiltonian: Double, midway: Double, start: Double
  ) -> TransitionFault.Reason? {
    guard hamiltonian.isNaN || hamiltonian == -.infinity else { return nil }
    if !(midway - start <= largestRise) { return nil }
    if energy == .infinity { return nil }
    return energy.isFinite
      ? .notFinite("the gradient of the energy on its trajectory")
      : .notFinite("the energy \(energy) on its trajectory")
  }
}
