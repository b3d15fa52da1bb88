public import JouleCore
public import JouleRandom
public import JouleTensor

/// The Metropolis-adjusted Langevin algorithm, MALA: a Langevin step, accepted or not.
///
///     x′ = x − η A∇E(x) + √(2η) L ξ,   ξ ~ N(0, I),   A = M⁻¹ = L Lᵀ
///     accepted with min(1, p(x′) q(x|x′) / (p(x) q(x′|x))),   q(·|x) = N(x − η A∇E(x), 2ηA)
///
/// Satisfies detailed balance with respect to p(x) ∝ exp(−E(x)). It is HMC with one leapfrog step of √(2η):
/// the momentum is ξ, and the Hastings ratio is e^{H − H′}. Acceptance of 0.574 is best for many variables.
///
/// References: G. Roberts, R. Tweedie, Exponential convergence of Langevin distributions and their discrete
/// approximations, Bernoulli 2 (1996), §1.4; R. Neal, arXiv:1206.1901, §5.2.
public struct MetropolisAdjustedLangevin<Model: DifferentiableEnergy>: MassTunableKernel {
  public typealias Scalar = Model.Scalar
  public typealias State = HamiltonianState<Model.Scalar>

  public let model: Model
  /// η.
  public var stepSize: Double
  public var metric: EuclideanMetric<Model.Scalar>
  public var tuning: KernelTuning

  /// A kernel that stays as it is.
  ///
  /// - Parameters:
  ///   - stepSize: η > 0; ε²/2 for a leapfrog step of ε.
  ///   - metric: M; nil for the unit mass.
  public init(
    _ model: Model, stepSize: Double, metric: EuclideanMetric<Model.Scalar>? = nil
  ) {
    self.init(model, adapting: .nothing, from: stepSize, metric: metric)
  }

  /// A kernel that finds its step size, and its mass if asked to, while chains warm up.
  ///
  /// - Parameters:
  ///   - targetAcceptance: 0.574 is best for many independent variables: G. Roberts, J. Rosenthal, Optimal scaling of
  ///     discrete approximations to Langevin diffusions, J. R. Statist. Soc. B 60 (1998), theorem 2.
  ///   - stepSize: η > 0 of the first step.
  ///   - metric: M to begin with; nil for the unit mass.
  public init(
    _ model: Model, adapting learning: KernelTuning.Learning, targetAcceptance: Double = 0.574,
    from stepSize: Double = 1, metric: EuclideanMetric<Model.Scalar>? = nil
  ) {
    self.model = model
    self.stepSize = stepSize
    self.metric = fitting(metric, model)
    tuning = KernelTuning(learning, targetAcceptance: targetAcceptance)
  }

  public var probe: Self { self }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State { State(model, at: rows) }

  public func restart(_ state: inout State, at rows: Tensor<Model.Scalar>) {
    state.restart(model, at: rows)
  }

  public func restartSummingGradients(
    _ state: inout State, at rows: Tensor<Model.Scalar>
  ) -> ParameterSums<Model.Scalar>? {
    state.restartSummingGradients(model, at: rows)
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.chains.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> HamiltonianTransition {
    if let defect = stepSizeDefect(stepSize) ?? tuning.reason {
      return state.chains.standing(because: defect)
    }
    let step = (2 * stepSize).squareRoot()
    return state.step(
      model, metric, steps: [Double](repeating: step, count: state.chains.count), count: 1,
      using: random)
  }
}
