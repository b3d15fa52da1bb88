import JouleCore
import JouleTensor

/// What a point means for the trajectory that comes to it.
enum TrajectoryEnd {
  /// The rise of H from which on a trajectory counts as lost, in nats: such a point is accepted once in e^1000
  /// times. As in Stan.
  static let largestRise = 1000.0

  /// Whether a point is a fault of the model, and not just one that is never accepted.
  ///
  /// Energies of NaN or −∞ and gradients that are not finite are faults. But a trajectory that has lost its
  /// energy soon gets to where numbers overflow, and what is found there says nothing of the model: that is
  /// a divergence. It shows in the kinetic energy before the point was looked at.
  ///
  /// - Parameters:
  ///   - energy: E of the point.
  ///   - hamiltonian: E + ½|z|², the kick by the gradient there included.
  ///   - midway: ½|z|² on the way to the point.
  ///   - start: ½|z|² where the trajectory began.
  static func isFault(
    energy: Double, hamiltonian: Double, midway: Double, start: Double
  ) -> Bool {
    (hamiltonian.isNaN || hamiltonian == -.infinity) && energy != .infinity
      && midway - start <= largestRise
  }
}

extension DifferentiableEnergy {
  /// Why an energy and its gradient are a fault; nil where all is well.
  ///
  /// - Parameters:
  ///   - what: says whose energy.
  ///   - gradient: `[variables]`.
  ///   - row: where it was found, `[variables]`.
  func trajectoryFault(
    _ what: String, _ energy: Double, gradient: Tensor<Scalar>, at row: Tensor<Scalar>
  ) -> TransitionFault.Reason? {
    if energy == .infinity { return .outsideSupport }
    if !energy.isFinite { return energyFault(of: what, energy, at: row) }
    guard let place = gradient.firstNonFinite else { return nil }
    return .notFinite(
      "the gradient of \(what), \(gradient[place]) at variable \(place) (counted from zero),")
  }
}
