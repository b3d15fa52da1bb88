public import JouleTensor

/// Something that looks at where running chains are, and keeps what it was made for. It sees Doubles,
/// whatever the chains run in.
///
/// Chains run in pieces, each on one thread. A piece has an observer of its own; in the end those of later
/// pieces are merged into the first, in order, so the result does not depend on the threads.
public protocol ChainObserver: Sendable {
  /// An observer of the same kind that has seen nothing, for a piece of the chains.
  ///
  /// - Parameters:
  ///   - chains: the numbers of the piece's chains.
  ///   - plan: what the run is going to do.
  func begun(chains: Range<Int>, plan: SamplingPlan) -> Self

  /// Takes in one draw of each chain of the piece.
  ///
  /// - Parameter rows: `[chains, variables]`.
  mutating func observe(_ rows: Tensor<Double>)

  /// Takes in what another observer saw of the chains that follow.
  mutating func merge(_ next: Self)
}
