/// What a transition tells of itself: for watching and adapting, never for going on.
public protocol TransitionInfo: Sendable {
  /// The probability with which each chain's proposal was accepted, one a chain; nil of kernels that
  /// reject nothing.
  var acceptanceProbabilities: [Double]? { get }

  /// The first chain that could not make its move, with the reason; nil when all is well.
  var fault: TransitionFault? { get }
}

extension TransitionInfo {
  public var acceptanceProbabilities: [Double]? { nil }
  public var fault: TransitionFault? { nil }
}

/// The information of kernels that always move and have nothing to tell, such as Gibbs sampling.
public struct PlainTransition: TransitionInfo, Equatable {
  public init() {}
}

/// Why a chain could not make its move. A fault ends a run: it is reported, never repaired.
///
/// An energy of +∞ is none: it marks what lies outside the support, where a proposal is rejected.
public struct TransitionFault: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    /// The energy, or its gradient, is NaN, or the energy is −∞.
    case notFinite(String)
    /// The chain stands where the energy is +∞: outside the support.
    case outsideSupport
    /// Anything else, in words.
    case other(String)
  }

  /// The row of the batch that the chain is.
  public let row: Int
  public let reason: Reason

  public init(row: Int, reason: Reason) {
    self.row = row
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .notFinite(let what): "chain \(row): \(what) is not finite"
    case .outsideSupport: "chain \(row) stands outside the support: its energy is +infinity"
    case .other(let words): "chain \(row): \(words)"
    }
  }
}
