public import JouleCore

/// What ended a run of chains: which chain, in which step, and what was found.
public struct ChainFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The number of the chain, from 0.
  public let chain: Int
  /// The number of the step, from 0, warm-up included.
  public let step: Int
  public let reason: TransitionFault.Reason

  public init(chain: Int, step: Int, reason: TransitionFault.Reason) {
    self.chain = chain
    self.step = step
    self.reason = reason
  }

  public var description: String {
    "step \(step), \(TransitionFault(row: chain, reason: reason))"
  }
}
