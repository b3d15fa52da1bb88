public import JouleRandom
public import JouleTensor

/// One step of many Markov chains at once.
///
/// A kernel is an immutable value. All that evolves is in `State`; all that is only diagnostic is in
/// `Info`. The same kernel serves sampling, training, diagnostics and exact checks. Random draws are
/// addressed by (key, chain, step): chains may be cut in pieces at will.
public protocol TransitionKernel: Sendable {
  associatedtype Scalar: TensorScalar
  associatedtype State: Sendable
  associatedtype Info: TransitionInfo

  /// Chains that start at given rows, `[chains, variables]`.
  func makeState(at rows: Tensor<Scalar>) -> State

  /// Moves existing chains to given rows, reusing their storage.
  func restart(_ state: inout State, at rows: Tensor<Scalar>)

  /// One transition of every chain.
  @discardableResult
  func step(_ state: inout State, using random: ChainRandom) -> Info

  /// Where the chains are, `[chains, variables]`.
  func position(of state: State) -> Tensor<Scalar>
}

extension TransitionKernel {
  public func restart(_ state: inout State, at rows: Tensor<Scalar>) {
    state = makeState(at: rows)
  }
}

/// A kernel whose states hand a model's gradient what it needs, computed on the way.
public protocol CompletingKernel: TransitionKernel {
  associatedtype Model: ParametricEnergy where Model.Scalar == Scalar

  /// The chains' rows, completed.
  func completion(of state: State) -> Model.Completion

  /// One transition that starts at completed rows; where the chains were does not matter.
  func step(_ state: inout State, from start: Model.Completion, using random: ChainRandom)
}
