public import JouleCore
public import JouleRandom
public import JouleTensor

/// Gibbs with gradients: one variable is flipped, chosen by what the gradient says that flips cost.
///
///     i ~ q(i|x) ∝ e^{dᵢ(x)/2},   dᵢ(x) = −(x′ᵢ − xᵢ) ∂E/∂xᵢ ≈ E(x) − E(x with xᵢ flipped)
///     accepted with min(1, e^{E(x) − E(x′)} q(i|x′) / q(i|x))
///
/// Satisfies detailed balance with respect to p(x) ∝ exp(−E(x)). The gradient is that of the energy continued to
/// real variables; how good an estimate it gives of a flip decides how often proposals are accepted, not
/// whether the samples are right. A step costs one gradient and changes one variable of many, well chosen: for
/// models whose Gibbs sampling wastes most of its draws on variables that are sure.
///
/// Reference: W. Grathwohl, K. Swersky, M. Hashemi, D. Duvenaud, C. Maddison, Oops I took a gradient: scalable
/// sampling for discrete distributions, arXiv:2102.04509, algorithm 1 and eq. 4.
public struct GibbsWithGradients<Model: DifferentiableEnergy>: TransitionKernel {
  public typealias Scalar = Model.Scalar
  public typealias State = FlipChains<Model.Scalar>

  public let model: Model
  private let values: TwoValues<Model.Scalar>

  /// - Parameter values: the two that each variable may take, in ascending order.
  public init(_ model: Model, values: (Model.Scalar, Model.Scalar) = (0, 1)) {
    self.model = model
    self.values = TwoValues(values.0, values.1)
  }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    State(model, at: rows, values: values)
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.chains.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> FlipTransition {
    let middle = values.middle
    let found = state.chains.rows.chooseFlips(
      gradient: state.chains.gradient, middle: middle, using: random,
      logDensities: &state.forward)
    // No choice where the gradient is not finite; the density is NaN there, and the test finds it.
    let choices = found.map { Swift.max(0, $0) }
    state.proposed.rows.copyElements(of: state.chains.rows)
    state.proposed.rows.flip(choices, sum: values.lower + values.upper)
    state.proposed.evaluate(model)
    state.proposed.rows.choiceLogDensities(
      of: choices, gradient: state.proposed.gradient, middle: middle, into: &state.reverse)
    return state.test(model, using: random)
  }
}
