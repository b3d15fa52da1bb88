/// Something about a run that its owner should know, with what to do about it.
public struct TrainingAdvice: Sendable, Equatable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Chains from data and chains from noise are still apart: the model mixes more slowly than the chains
    /// are long.
    case slowMixing = "slow_mixing"
    /// The estimator's chains are not where the model's are.
    case chainsBehind = "chains_behind"
    /// A score has risen and falls again.
    case declining
    /// Replicas do not exchange places any more.
    case frozen
  }

  public let kind: Kind
  /// What was found, and what helps, in a sentence or two.
  public let text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Looks for a score that has risen and falls again, as that of a model does whose chains have lost it.
///
/// It has fallen when several values in a row are below the best by more than a share of what the score had
/// risen by until then, from its first value. Higher scores are better.
public struct DeclineWatch: Sendable, Equatable {
  /// Of the rise that has to be lost.
  public let share: Double
  /// How many values in a row have to be below.
  public let patience: Int
  private var first: Double?
  private var best = -Double.infinity
  private var count = 0

  /// - Parameters:
  ///   - share: above zero.
  ///   - patience: at least 1.
  public init(share: Double = 0.2, patience: Int = 3) {
    precondition(share > 0, "the share of a rise is above zero, got \(share)")
    precondition(patience > 0, "patience is for 1 value at least, got \(patience)")
    self.share = share
    self.patience = patience
  }

  /// Takes a value up. A NaN counts as below.
  ///
  /// - Returns: whether the score has just been found to have fallen; said once for every best.
  public mutating func note(_ score: Double) -> Bool {
    let start = first ?? score
    first = start
    guard score >= best || best - score <= share * (best - start) else {
      count += 1
      return count == patience
    }
    best = Swift.max(best, score)
    count = 0
    return false
  }
}
