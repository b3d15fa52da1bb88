/// log Z between an estimate that errs low and one that errs high.
public struct PartitionBracket: Sendable, Equatable {
  /// log Z₀ of the base.
  public let baseLogPartition: Double
  public let forward: ImportanceWeights
  public let reverse: ImportanceWeights

  public init(
    baseLogPartition: Double, forward: ImportanceWeights, reverse: ImportanceWeights
  ) {
    self.baseLogPartition = baseLogPartition
    self.forward = forward
    self.reverse = reverse
  }

  /// log Z₀ + log mean of the forward weights: too low on average.
  public var forwardEstimate: Double { baseLogPartition + forward.logMean }

  /// log Z₀ − log mean of the reverse weights: too high on average, given samples of the model.
  public var reverseEstimate: Double { baseLogPartition - reverse.logMean }

  /// Two standard errors below the smaller estimate.
  public var lower: Double {
    Swift.min(
      forwardEstimate - 2 * forward.standardError, reverseEstimate - 2 * reverse.standardError)
  }

  /// Two standard errors above the larger estimate.
  public var upper: Double {
    Swift.max(
      forwardEstimate + 2 * forward.standardError, reverseEstimate + 2 * reverse.standardError)
  }

  /// Bennett's estimate from the weights of both directions.
  public var bennett: BennettAcceptanceRatio {
    BennettAcceptanceRatio(forward: forward, reverse: reverse)
  }

  /// log Z₀ + Bennett's log ratio: of all estimates from these weights the one of least variance.
  public var estimate: Double { baseLogPartition + bennett.logRatio }

  /// The standard error of ``estimate``; what the bracket's width says about bias is not in it.
  public var standardError: Double { bennett.standardError }

  /// reverse − forward: wide when the chains cannot follow the path; negative by noise alone, or when
  /// the reverse chains did not start from samples of the model.
  public var gap: Double { reverseEstimate - forwardEstimate }

  /// What the two ends say together, in words; nil when there is nothing to warn of.
  public var warning: String? {
    let width = abs(gap)
    if width > 1 {
      return "forward and reverse estimates of log Z disagree by \(rounded(width)) nats, more than "
        + "one: believe neither; use more annealing steps or more chains"
    }
    // The delta method's standard error is itself known only to 1/√(2 n), n the effective sample size.
    let directions = [("forward", forward), ("reverse", reverse)]
    guard
      let (name, weights) = directions.min(by: {
        $0.1.effectiveSampleSize < $1.1.effectiveSampleSize
      }), weights.effectiveSampleSize < 10, weights.logWeights.count > 10
    else { return nil }
    let size = rounded(weights.effectiveSampleSize)
    return "the \(name) estimate of log Z rests on \(size) effective chains of "
      + "\(weights.logWeights.count): its standard error is a guess; use more annealing steps"
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
