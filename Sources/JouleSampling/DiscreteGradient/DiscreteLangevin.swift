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
public struct DiscreteLangevin<Model: DifferentiableEnergy>: TunableKernel {
  public typealias Scalar = Model.Scalar
  public typealias State = FlipChains<Model.Scalar>

  public let model: Model
  /// α.
  public var stepSize: Double
  public var tuning: KernelTuning
  private let values: TwoValues<Model.Scalar>

  /// A kernel that stays as it is.
  ///
  /// - Parameters:
  ///   - stepSize: α > 0; with values 0 and 1 and no gradient, 1/2α is the log-odds against a flip.
  ///   - values: the two that each variable may take, in ascending order.
  public init(_ model: Model, stepSize: Double, values: (Model.Scalar, Model.Scalar) = (0, 1)) {
    self.init(model, .nothing, targetAcceptance: 0.5, stepSize: stepSize, values)
  }

  /// A kernel that finds its step size while chains warm up.
  ///
  /// - Parameters:
  ///   - targetAcceptance: as for MALA.
  ///   - values: the two that each variable may take, in ascending order.
  public init(
    adapting model: Model, targetAcceptance: Double = 0.574,
    values: (Model.Scalar, Model.Scalar) = (0, 1)
  ) {
    self.init(model, .stepSize, targetAcceptance: targetAcceptance, stepSize: 0.2, values)
  }

  private init(
    _ model: Model, _ learning: KernelTuning.Learning, targetAcceptance: Double,
    stepSize: Double, _ values: (Model.Scalar, Model.Scalar)
  ) {
    self.model = model
    self.stepSize = stepSize
    tuning = KernelTuning(learning, targetAcceptance: targetAcceptance)
    self.values = TwoValues(values.0, values.1)
  }

  /// There a flip costs a thousandth of a nat.
  public static var largestStepSize: Double { 500 }

  public var probe: Self { self }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    State(model, at: rows, values: values)
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.chains.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> FlipTransition {
    if let defect = stepSizeDefect(stepSize) ?? tuning.reason {
      return state.standing(because: defect)
    }
    let middle = values.middle
    let cost = values.distance * values.distance / (2 * stepSize)
    state.chains.rows.proposeFlips(
      gradient: state.chains.gradient, middle: middle, cost: cost, using: random,
      into: &state.proposed.rows, logDensities: &state.forward)
    state.proposed.evaluate(model)
    state.proposed.rows.flipLogDensities(
      gradient: state.proposed.gradient, to: state.chains.rows, middle: middle, cost: cost,
      into: &state.reverse)
    return state.test(model, using: random)
  }
}
