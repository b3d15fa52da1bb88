public import JouleCore
public import JouleRandom
public import JouleTensor

/// One kernel after another in every step.
///
///     T = T_second T_first
///
/// Leaves invariant what both leave invariant. Not reversible even where both are.
///
/// Reference: L. Tierney, Markov chains for exploring posterior distributions, Annals of Statistics 22
/// (1994), §2.4.
public struct Cycle<First: TransitionKernel, Second: TransitionKernel>: TransitionKernel
where First.Scalar == Second.Scalar {
  public typealias Scalar = First.Scalar
  public typealias Info = CombinedTransition<First.Info, Second.Info>

  public let first: First
  public let second: Second

  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public struct State: Sendable {
    public internal(set) var first: First.State
    public internal(set) var second: Second.State
  }

  public func makeState(at rows: Tensor<First.Scalar>) -> State {
    State(first: first.makeState(at: rows), second: second.makeState(at: rows))
  }

  public func restart(_ state: inout State, at rows: Tensor<First.Scalar>) {
    // The first one's chains are put where the second one's are at the beginning of every step.
    second.restart(&state.second, at: rows)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Info {
    first.restart(&state.first, at: second.position(of: state.second))
    let firstInfo = first.step(&state.first, using: random.folded(0))
    second.restart(&state.second, at: first.position(of: state.first))
    let secondInfo = second.step(&state.second, using: random.folded(1))
    return CombinedTransition(first: firstInfo, second: secondInfo)
  }

  public func position(of state: State) -> Tensor<First.Scalar> {
    second.position(of: state.second)
  }

  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> CombinedAdaptation<First.Adaptation, Second.Adaptation> {
    CombinedAdaptation(
      first: first.makeAdaptation(
        of: states.map(\.first), steps: steps, using: random.folded(0)),
      second: second.makeAdaptation(
        of: states.map(\.second), steps: steps, using: random.folded(1)))
  }

  /// Each kernel learns from its own part of the steps.
  public func adapted(
    to step: WarmUpStep<Cycle>,
    learning adaptation: inout CombinedAdaptation<First.Adaptation, Second.Adaptation>
  ) -> Cycle {
    Cycle(
      first.adapted(
        to: WarmUpStep(
          index: step.index, count: step.count, states: step.states.map(\.first),
          infos: step.infos.compactMap(\.first)), learning: &adaptation.first),
      second.adapted(
        to: WarmUpStep(
          index: step.index, count: step.count, states: step.states.map(\.second),
          infos: step.infos.compactMap(\.second)), learning: &adaptation.second))
  }
}

/// What two kernels learn.
public struct CombinedAdaptation<First: Sendable, Second: Sendable>: Sendable {
  var first: First
  var second: Second
}

/// What the steps of two kernels tell; nil where a kernel made none.
public struct CombinedTransition<First: TransitionInfo, Second: TransitionInfo>: TransitionInfo {
  public let first: First?
  public let second: Second?

  public init(first: First?, second: Second?) {
    self.first = first
    self.second = second
  }

  /// Means over the kernels that accept or reject.
  public var acceptanceProbabilities: [Double]? {
    switch (first?.acceptanceProbabilities, second?.acceptanceProbabilities) {
    case (let first?, let second?): zip(first, second).map { ($0 + $1) / 2 }
    case (let first, let second): first ?? second
    }
  }

  public var fault: TransitionFault? { first?.fault ?? second?.fault }
}

extension Cycle: EnumerableKernel where First: EnumerableKernel, Second: EnumerableKernel {
  public func transitions(
    over space: StateSpace<First.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    try first.transitions(over: space).followed(by: second.transitions(over: space))
  }
}
