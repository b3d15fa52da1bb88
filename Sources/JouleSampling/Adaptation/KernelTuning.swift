/// What a kernel learns while chains warm up, and what it aims at.
public struct KernelTuning: Sendable, Equatable {
  public enum Learning: Sendable, Hashable {
    case nothing
    /// The step size, so that proposals are accepted at the rate aimed at.
    case stepSize
    /// The step size, and a diagonal mass from the variances: for variables of different scales. n numbers, and
    /// no cost.
    case diagonalMass
    /// The step size, and a full mass from the covariances: for variables that depend on each other. n²/2
    /// numbers want more draws, and each leapfrog step costs two products of n² more.
    case denseMass
  }

  public var learning: Learning
  /// The acceptance aimed at, in (0, 1); larger for smaller steps.
  public var targetAcceptance: Double
  /// Why nothing could be learnt; the next step reports it as its fault.
  var defect: String?

  public init(_ learning: Learning, targetAcceptance: Double) {
    self.learning = learning
    self.targetAcceptance = targetAcceptance
  }

  /// What is wrong with these settings or with what came of them.
  var reason: String? {
    targetAcceptance > 0 && targetAcceptance < 1
      ? defect : "the acceptance aimed at is \(targetAcceptance), expected it between 0 and 1"
  }
}

/// Why a kernel cannot move with a step size, if so.
func stepSizeDefect(_ stepSize: Double) -> String? {
  stepSize > 0 && stepSize.isFinite
    ? nil : "the step size is \(stepSize), expected a positive finite number"
}
