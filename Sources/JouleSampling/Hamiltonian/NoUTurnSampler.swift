public import JouleCore
public import JouleRandom
public import JouleTensor

/// The no-U-turn sampler, NUTS: Hamiltonian Monte Carlo that finds the length of each trajectory by itself.
///
/// A trajectory is doubled, forwards or backwards in time at random, until it turns back on itself or has
/// 2^`maximumDepth` points; the next state is drawn from its points in proportion to e^{−H}, the later half
/// preferred. Leaves p(x) ∝ exp(−E(x)) invariant, exactly.
///
/// It turns where ρ·p♯ ≤ 0 at one of its ends: ρ is the sum of its momenta, p♯ = M⁻¹p. This is asked of every
/// sub-trajectory of the doubling, and between the halves of each too, as Stan does.
///
/// Trees are built point by point, without recursion, so that all chains of a batch share each gradient
/// evaluation; a chain that has finished leaves the batch and costs nothing more.
///
/// References: M. Hoffman, A. Gelman, The no-U-turn sampler, JMLR 15 (2014); M. Betancourt, A conceptual
/// introduction to Hamiltonian Monte Carlo, arXiv:1701.02434, appendix A (multinomial sampling and the
/// criterion); D. Phan, N. Pradhan, M. Jankowiak, Composable effects for flexible and accelerated
/// probabilistic programming in NumPyro, arXiv:1912.11554, §3.1 (the iterative form).
public struct NoUTurnSampler<Model: DifferentiableEnergy>: MassTunableKernel {
  public typealias Scalar = Model.Scalar
  public typealias State = NoUTurnState<Model.Scalar>

  public let model: Model
  /// ε.
  public var stepSize: Double
  public var metric: EuclideanMetric<Model.Scalar>
  /// A trajectory is doubled at most so often: 2^`maximumDepth` − 1 gradients a transition at most.
  public let maximumDepth: Int
  public var tuning: KernelTuning

  /// A kernel that stays as it is.
  ///
  /// - Parameters:
  ///   - stepSize: ε > 0.
  ///   - metric: M; nil for the unit mass.
  ///   - maximumDepth: in 1...20.
  public init(
    _ model: Model, stepSize: Double, metric: EuclideanMetric<Model.Scalar>? = nil,
    maximumDepth: Int = 10
  ) {
    self.init(
      model, adapting: .nothing, from: stepSize, metric: metric, maximumDepth: maximumDepth)
  }

  /// A kernel that finds its step size and mass while chains warm up.
  ///
  /// - Parameters:
  ///   - targetAcceptance: where a distribution has narrow places, 0.9 to 0.99; divergences tell which those are.
  ///   - stepSize: ε > 0 of the first step.
  ///   - metric: M to begin with; nil for the unit mass.
  ///   - maximumDepth: in 1...20.
  public init(
    _ model: Model, adapting learning: KernelTuning.Learning = .diagonalMass,
    targetAcceptance: Double = 0.8, from stepSize: Double = 1,
    metric: EuclideanMetric<Model.Scalar>? = nil, maximumDepth: Int = 10
  ) {
    precondition(
      maximumDepth >= 1 && maximumDepth <= 20,
      "trajectories are doubled 1 to 20 times, got \(maximumDepth)")
    self.model = model
    self.stepSize = stepSize
    self.metric = fitting(metric, model)
    self.maximumDepth = maximumDepth
    tuning = KernelTuning(learning, targetAcceptance: targetAcceptance)
  }

  public var probe: HamiltonianMonteCarlo<Model> {
    HamiltonianMonteCarlo(model, stepSize: stepSize, steps: 1, metric: metric)
  }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    State(model, at: rows, maximumDepth: maximumDepth)
  }

  public func restart(_ state: inout State, at rows: Tensor<Model.Scalar>) {
    guard rows.shape == state.chains.rows.shape else {
      state = makeState(at: rows)
      return
    }
    state.chains.restart(model, at: rows)
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.chains.rows }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> HamiltonianTransition {
    if let defect = stepSizeDefect(stepSize) ?? tuning.reason {
      return state.chains.standing(because: defect)
    }
    return state.step(
      model, metric, stepSize: stepSize, maximumDepth: maximumDepth, using: random)
  }
}
