/// A state of low energy, and what is known of how low energies can be.
///
///     bound ≤ min E ≤ energy
public struct MostProbableState: Sendable, Equatable {
  /// One a site.
  public let labels: [UInt8]
  /// E of the labels, in nats.
  public let energy: Double
  /// No state has less energy.
  public let bound: Double
  /// Sweeps, moves or passes that were made.
  public let iterations: Int

  init(_ labels: [UInt8], energy: Double, bound: Double, iterations: Int) {
    self.labels = labels
    self.energy = energy
    // The bound holds up to the rounding of sums; it never claims more than it can.
    self.bound = min(bound, energy)
    self.iterations = iterations
  }

  init(_ labels: [UInt8], of costs: PairwiseCosts, bound: Double, iterations: Int) {
    self.init(labels, energy: costs.energy(of: labels), bound: bound, iterations: iterations)
  }

  /// energy − bound, at least 0.
  public var gap: Double { energy - bound }

  /// Whether the state is proved to be of least energy, up to the rounding of sums of so many terms.
  public var isOptimal: Bool { gap <= 1e-9 * max(1, abs(energy)) }
}

/// A way to look for the most probable state of a pairwise field, max p(x) = min E(x).
public protocol MostProbableStateSolver: Sendable {
  /// - Throws: ``FieldError`` when the method cannot treat the costs.
  func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState
}

extension MostProbableStateSolver {
  public func solve(_ field: some PairwiseField) throws(FieldError) -> MostProbableState {
    try solve(field.costs)
  }
}
