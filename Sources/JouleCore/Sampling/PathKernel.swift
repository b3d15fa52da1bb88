public import JouleRandom
public import JouleTensor

/// Markov chains that can stand anywhere on a path of distributions: a transition for every point of it.
///
///     p_β(x) = p*_β(x) / Z_β,   T_β leaves p_β invariant
///
/// β is an inverse temperature, or whatever parameter the path has. Annealing, tempering and the
/// estimates of log Z are written against this. Like a `TransitionKernel` it is an immutable value: the
/// chains are the state, and draws are addressed by (key, chain, step), so that chains may be cut in
/// pieces at will.
///
/// A fused implementation may keep what does not depend on β between calls, such as an RBM's hidden
/// input. Any kernel becomes one by `KernelAlongPath`.
public protocol PathKernel<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar
  associatedtype State: Sendable
  associatedtype Info: TransitionInfo

  /// Chains that stand at given rows, `[chains, variables]`.
  func makeState(at rows: Tensor<Scalar>) -> State

  /// Where the chains stand, `[chains, variables]`.
  func position(of state: State) -> Tensor<Scalar>

  /// One transition T_β of every chain.
  @discardableResult
  func step(_ state: inout State, at beta: Double, using random: ChainRandom) -> Info

  /// Weighs the chains where they stand.
  ///
  ///     logWeights[c] ← logWeights[c] + log p*_to(x_c) − log p*_from(x_c)
  ///
  /// A weight of −∞ stays: the chain has left the support.
  func weigh(_ state: inout State, from: Double, to: Double, logWeights: inout [Double])

  /// Weighs, then moves: `weigh` from one point to the next, `step` at the next. Together they may
  /// cost less.
  @discardableResult
  func advance(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double],
    using random: ChainRandom
  ) -> Info

  /// Exchanges the marked chains of two states, row by row.
  ///
  /// - Parameter chains: one mark a chain.
  func exchange(_ chains: [Bool], of first: inout State, with second: inout State)
}

extension PathKernel {
  @discardableResult
  public func advance(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double],
    using random: ChainRandom
  ) -> Info {
    weigh(&state, from: from, to: to, logWeights: &logWeights)
    return step(&state, at: to, using: random)
  }
}
