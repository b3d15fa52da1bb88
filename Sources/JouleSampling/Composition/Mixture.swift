public import JouleCore
public import JouleRandom
public import JouleTensor

/// One of two kernels in every step, chosen at random.
///
///     T = w T_first + (1 − w) T_second
///
/// Leaves invariant what both leave invariant, and is reversible where both are. All chains make the same
/// choice in a step. Each of them moves by T all the same, and at stationarity they stay uncorrelated:
/// whatever was chosen, every chain has the same distribution. The kernels do not adapt within a mixture:
/// warm them up before.
///
/// Reference: L. Tierney, Markov chains for exploring posterior distributions, Annals of Statistics 22
/// (1994), §2.4.
public struct Mixture<First: TransitionKernel, Second: TransitionKernel>: TransitionKernel
where First.Scalar == Second.Scalar {
  public typealias Scalar = First.Scalar
  public typealias Info = CombinedTransition<First.Info, Second.Info>

  public let first: First
  public let second: Second
  /// w.
  public let weight: Double

  /// - Parameter weight: w, the probability of the first, strictly between 0 and 1.
  public init(_ first: First, _ second: Second, weight: Double = 0.5) {
    precondition(
      weight > 0 && weight < 1, "a mixture's weight is strictly between 0 and 1, got \(weight)")
    self.first = first
    self.second = second
    self.weight = weight
  }

  public struct State: Sendable {
    public internal(set) var first: First.State
    public internal(set) var second: Second.State
    /// Which of the two states tells where the chains are.
    var firstIsCurrent: Bool
  }

  public func makeState(at rows: Tensor<First.Scalar>) -> State {
    State(
      first: first.makeState(at: rows), second: second.makeState(at: rows), firstIsCurrent: true)
  }

  public func restart(_ state: inout State, at rows: Tensor<First.Scalar>) {
    first.restart(&state.first, at: rows)
    state.firstIsCurrent = true
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Info {
    if random.sharedUniform() < weight {
      if !state.firstIsCurrent {
        first.restart(&state.first, at: second.position(of: state.second))
        state.firstIsCurrent = true
      }
      let info = first.step(&state.first, using: random.folded(0))
      return CombinedTransition(first: info, second: nil)
    }
    if state.firstIsCurrent {
      second.restart(&state.second, at: first.position(of: state.first))
      state.firstIsCurrent = false
    }
    let info = second.step(&state.second, using: random.folded(1))
    return CombinedTransition(first: nil, second: info)
  }

  public var isReversible: Bool { first.isReversible && second.isReversible }

  public func position(of state: State) -> Tensor<First.Scalar> {
    state.firstIsCurrent ? first.position(of: state.first) : second.position(of: state.second)
  }
}

extension ChainRandom {
  /// A uniform number of the step that all chains share, wherever the batch is cut.
  func sharedUniform() -> Double {
    var stream = ChainRandom(key: key, firstChain: 0, step: step)
      .stream(purpose: DrawPurpose.choice)
    return stream.uniform()
  }
}

extension Mixture: EnumerableKernel where First: EnumerableKernel, Second: EnumerableKernel {
  public func transitions(
    over space: StateSpace<First.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    try first.transitions(over: space).mixed(
      with: second.transitions(over: space), weight: weight)
  }
}
