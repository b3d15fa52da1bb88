import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Discrete Langevin sampling, DMALA: every variable is flipped or not, on its own, as the gradient says; then all
/// of it is accepted or not.
///
///     q(x′|x) = Πᵢ qᵢ,   qᵢ ∝ exp(−½ ∂E/∂xᵢ (x′ᵢ − xᵢ) − (x′ᵢ − xᵢ)²/2α)
///     accepted with min(1, e^{E(x) − E(x′)} q(x|x′) / q(x′|x))
///
/// Satisfies detailed balance with respect to p(x) ∝ exp(−E(x)). Many variables move in a step that costs one
/// gradient; α decides how many. Acceptance near 0.574 is a good choice, and `WarmUp` finds the α.
///
/// Reference: R. Zhang, X. Liu, Q. Liu, A Langevin-like sampler for discrete distributions, arXiv:2206.09914,
/// eq. 3–5 and algorithm 1.
public struct DiscreteLangevin<Model: DifferentiableEnergy>: StepSizeTunable {
  public typealias Scalar = Model.Scalar
  public typealias State = FlipChains<Model.Scalar>

  public let model: Model
  /// α.
  public let stepSize: Double
  private let values: TwoValues<Model.Scalar>

  /// - Parameters:
  ///   - stepSize: α > 0; with values 0 and 1 and no gradient, 1/2α is the log-odds against a flip.
  ///   - values: the two that each variable may take, in ascending order.
  public init(_ model: Model, stepSize: Double, values: (Model.Scalar, Model.Scalar) = (0, 1)) {
    self.init(model, stepSize: stepSize, TwoValues(values.0, values.1))
  }

  private init(_ model: Model, stepSize: Double, _ values: TwoValues<Model.Scalar>) {
    requireStepSize(stepSize)
    self.model = model
    self.stepSize = stepSize
    self.values = values
  }

  /// As for MALA.
  public static var recommendedAcceptance: Double { 0.574 }

  /// There a flip costs a thousandth of a nat.
  public static var largestStepSize: Double { 500 }

  public func with(stepSize: Double) -> Self { Self(model, stepSize: stepSize, values) }

  public var probe: Self { self }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    State(model, at: rows, values: values)
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.chains.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> FlipTransition {
    let (columns, middle) = (model.variableCount, values.middle)
    let cost = values.distance * values.distance / (2 * stepSize)
    let (rows, gradient) = (state.chains.rows, state.chains.gradient)
    VectorKernels.best.proposeFlips(
      of: rows.elements.span, gradient: gradient.elements.span, columns: columns,
      middle: middle, cost: cost, random.address(purpose: DrawPurpose.proposal),
      into: state.proposed.rows.elements.mutableSpan, logDensities: state.forward.mutableSpan)
    state.proposed.evaluate(model)
    let (proposed, slope) = (state.proposed.rows, state.proposed.gradient)
    VectorKernels.best.flipLogDensities(
      from: proposed.elements.span, gradient: slope.elements.span, to: rows.elements.span,
      columns: columns, middle: middle, cost: cost, into: state.reverse.mutableSpan)
    return state.test(using: random)
  }
}
