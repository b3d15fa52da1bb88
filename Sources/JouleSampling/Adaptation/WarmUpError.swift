public import JouleCore

/// Why a warm-up ended without a kernel.
public enum WarmUpError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A chain could not make its move, in a step counted from zero; the row is the chain.
  case fault(TransitionFault, step: Int)
  /// No step size has an acceptance near the usual: from a first to a last all were tried, doubled or halved.
  case noStepSize(from: Double, to: Double, acceptance: Double)
  /// The draws of a window give no mass.
  case metric(MetricError, step: Int)

  public var description: String {
    switch self {
    case .fault(let fault, let step): "warm-up, step \(step): \(fault)"
    case .noStepSize(let first, let last, let acceptance) where last > first:
      "step sizes from \(first) to \(last) are all accepted (\(acceptance) at last): the energy is flat, "
        + "or its distribution has no bound"
    case .noStepSize(let first, let last, let acceptance):
      "step sizes from \(first) down to \(last) are all rejected (acceptance \(acceptance) at last): the "
        + "gradient does not belong to the energy, or the energy jumps there"
    case .metric(let reason, let step): "warm-up, step \(step): \(reason)"
    }
  }
}
