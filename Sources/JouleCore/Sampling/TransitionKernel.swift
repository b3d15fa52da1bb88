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
  /// What the kernel learns while chains warm up; `NoAdaptation` of kernels that learn nothing.
  associatedtype Adaptation: Sendable = NoAdaptation

  /// Chains that start at given rows, `[chains, variables]`.
  func makeState(at rows: Tensor<Scalar>) -> State

  /// Moves existing chains to given rows, reusing their storage.
  func restart(_ state: inout State, at rows: Tensor<Scalar>)

  /// The same for who needs the gradients of the energy in its parameters at those rows: a kernel that evaluates
  /// the energy where it starts finds them on its way.
  ///
  /// - Returns: nil where that would take an evaluation of its own, as by default.
  func restartSummingGradients(
    _ state: inout State, at rows: Tensor<Scalar>
  ) -> ParameterSums<Scalar>?

  /// One transition of every chain.
  @discardableResult
  func step(_ state: inout State, using random: ChainRandom) -> Info

  /// The same transition for who does not ask how it went: a kernel may leave out what only `Info` needs.
  func move(_ state: inout State, using random: ChainRandom)

  /// Where the chains are, `[chains, variables]`.
  func position(of state: State) -> Tensor<Scalar>

  /// Whether the kernel claims detailed balance, π(x) T(x′|x) = π(x′) T(x|x′), which is more than leaving
  /// π invariant.
  var isReversible: Bool { get }

  /// What is known before the first of so many steps of warm-up.
  ///
  /// - Parameters:
  ///   - states: all chains, in pieces.
  ///   - random: addresses the first chain, before the first step.
  func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> Adaptation

  /// The kernel of the next step, after a step of warm-up that all chains made with this one. What it
  /// gives after the last step is the kernel to sample with; adaptation has ended then.
  ///
  /// States stay valid: a kernel that is adapted may only change in what its states know nothing of.
  func adapted(to step: WarmUpStep<Self>, learning adaptation: inout Adaptation) -> Self
}

extension TransitionKernel where Adaptation == NoAdaptation {
  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> NoAdaptation { NoAdaptation() }

  public func adapted(
    to step: WarmUpStep<Self>, learning adaptation: inout NoAdaptation
  ) -> Self { self }
}

extension TransitionKernel {
  public var isReversible: Bool { false }

  public func restart(_ state: inout State, at rows: Tensor<Scalar>) {
    state = makeState(at: rows)
  }

  public func restartSummingGradients(
    _ state: inout State, at rows: Tensor<Scalar>
  ) -> ParameterSums<Scalar>? {
    restart(&state, at: rows)
    return nil
  }

  public func move(_ state: inout State, using random: ChainRandom) {
    step(&state, using: random)
  }
}

/// A kernel whose states hand a model's gradient what it needs, computed on the way.
public protocol CompletingKernel: TransitionKernel {
  associatedtype Model: ParametricEnergy where Model.Scalar == Scalar

  /// The chains' rows, completed.
  func completion(of state: State) -> Model.Completion

  /// One transition that starts at completed rows; where the chains were does not matter.
  func step(_ state: inout State, from start: Model.Completion, using random: ChainRandom)

  /// The same, with what it finds out on its way of the gradient at where it starts.
  ///
  /// - Returns: Σᵢ ∂E(xᵢ)/∂θ over the rows, in the order of the parameters; nil if that takes an evaluation of its
  ///   own, as by default.
  func stepSummingGradients(
    _ state: inout State, from start: Model.Completion, using random: ChainRandom
  ) -> [Tensor<Scalar>]?
}

extension CompletingKernel {
  public func stepSummingGradients(
    _ state: inout State, from start: Model.Completion, using random: ChainRandom
  ) -> [Tensor<Scalar>]? {
    step(&state, from: start, using: random)
    return nil
  }
}
