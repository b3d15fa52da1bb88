import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Hamiltonian Monte Carlo: a momentum is drawn, Hamilton's equations are followed for some leapfrog steps,
/// and the end is accepted or not.
///
///     p ~ N(0, M),   (x, p) → (x′, p′) in L steps of ε,   accepted with min(1, e^{H(x, p) − H(x′, p′)}),
///     H = E(x) + ½ pᵀM⁻¹p
///
/// Leaves p(x) ∝ exp(−E(x)) invariant, exactly. The trajectory's length εL decides how far a chain gets: about
/// π/2 of the target's spread (with M⁻¹ its covariance) is best for a Gaussian, and acceptance of 0.65 to 0.8
/// for ε. A fixed length can resonate with a period of the target; `jitter` prevents it. `NoUTurnSampler`
/// finds lengths by itself.
///
/// References: R. Neal, MCMC using Hamiltonian dynamics, arXiv:1206.1901, §3; A. Beskos et al., Optimal tuning
/// of the hybrid Monte Carlo algorithm, arXiv:1001.4460.
public struct HamiltonianMonteCarlo<Model: DifferentiableEnergy>: MassTunableKernel {
  public typealias Scalar = Model.Scalar
  public typealias State = HamiltonianState<Model.Scalar>

  public let model: Model
  /// ε.
  public var stepSize: Double
  /// L.
  public var stepCount: Int
  public var metric: EuclideanMetric<Model.Scalar>
  /// Each chain's ε is drawn in every transition, uniform in ε(1 ± jitter); in [0, 1).
  public var jitter: Double
  public var tuning: KernelTuning

  /// A kernel that stays as it is.
  ///
  /// - Parameters:
  ///   - stepSize: ε > 0.
  ///   - steps: L > 0.
  ///   - metric: M; nil for the unit mass.
  ///   - jitter: in [0, 1).
  public init(
    _ model: Model, stepSize: Double, steps: Int, metric: EuclideanMetric<Model.Scalar>? = nil,
    jitter: Double = 0
  ) {
    self.init(
      model, steps: steps, adapting: .nothing, from: stepSize, metric: metric, jitter: jitter)
  }

  /// A kernel that finds its step size, and its mass if asked to, while chains warm up.
  ///
  /// - Parameters:
  ///   - steps: L > 0.
  ///   - targetAcceptance: the optimum of 0.651 is flat, and too small an acceptance costs more than too large a one.
  ///   - stepSize: ε > 0 of the first step.
  ///   - metric: M to begin with; nil for the unit mass.
  ///   - jitter: in [0, 1).
  public init(
    _ model: Model, steps: Int, adapting learning: KernelTuning.Learning,
    targetAcceptance: Double = 0.8, from stepSize: Double = 1,
    metric: EuclideanMetric<Model.Scalar>? = nil, jitter: Double = 0
  ) {
    self.model = model
    self.stepSize = stepSize
    stepCount = steps
    self.metric = fitting(metric, model)
    self.jitter = jitter
    tuning = KernelTuning(learning, targetAcceptance: targetAcceptance)
  }

  public var probe: HamiltonianMonteCarlo<Model> {
    HamiltonianMonteCarlo(model, stepSize: stepSize, steps: 1, metric: metric)
  }

  /// Why no chain can move, if so.
  private var defect: String? {
    if stepCount < 1 { return "a trajectory has \(stepCount) leapfrog steps, expected at least 1" }
    if !(jitter >= 0 && jitter < 1) { return "the jitter is \(jitter), expected 0 <= jitter < 1" }
    return stepSizeDefect(stepSize) ?? tuning.reason
  }

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
    if let defect { return state.chains.standing(because: defect) }
    return state.step(
      model, metric, steps: stepSizes(count: state.chains.count, using: random), count: stepCount,
      using: random)
  }

  private func stepSizes(count: Int, using random: ChainRandom) -> [Double] {
    var steps = [Double](repeating: stepSize, count: count)
    guard jitter > 0 else { return steps }
    VectorKernels.best.fill(
      .uniform, steps.mutableSpan, columns: 1, random.address(purpose: DrawPurpose.proposal + 1))
    return steps.map { stepSize * (1 + jitter * (2 * $0 - 1)) }
  }
}

/// The metric, of the model's size: the unit one by default.
func fitting<Model: DifferentiableEnergy>(
  _ metric: EuclideanMetric<Model.Scalar>?, _ model: Model
) -> EuclideanMetric<Model.Scalar> {
  guard let metric else { return .unit(model.variableCount) }
  precondition(
    metric.variableCount == model.variableCount,
    "the metric has \(metric.variableCount) variables, the model \(model.variableCount)")
  return metric
}
