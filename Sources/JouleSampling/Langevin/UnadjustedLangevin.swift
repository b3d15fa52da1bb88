import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The unadjusted Langevin algorithm, ULA: Langevin dynamics by Euler's method.
///
///     x ← x − η A∇E(x) + √(2η) L ξ,   ξ ~ N(0, I),   A = M⁻¹ = L Lᵀ
///
/// Biased: every move is made, and what it leaves invariant is p(x) ∝ exp(−E(x)) only in the limit η → 0.
/// On N(0, s²) it samples the variance s²/(1 − η/2s²), and diverges for η > 2s². For samples without bias see
/// `MetropolisAdjustedLangevin`; a step of this costs one gradient, and moves even where that would reject.
///
/// Reference: G. Roberts, R. Tweedie, Exponential convergence of Langevin distributions and their discrete
/// approximations, Bernoulli 2 (1996), §1.4.
public struct UnadjustedLangevin<Model: DifferentiableEnergy>: TransitionKernel {
  public typealias Scalar = Model.Scalar

  public let model: Model
  /// η.
  public var stepSize: Double
  public var metric: EuclideanMetric<Model.Scalar>

  /// - Parameters:
  ///   - stepSize: η > 0.
  ///   - metric: M; nil for the unit mass.
  public init(
    _ model: Model, stepSize: Double, metric: EuclideanMetric<Model.Scalar>? = nil
  ) {
    self.model = model
    self.stepSize = stepSize
    self.metric = fitting(metric, model)
  }

  /// Where the chains stand.
  public struct State: Sendable {
    var phase: PhaseBatch<Model.Scalar>
    /// Whether `phase` has the gradients there.
    var hasGradient = false
  }

  /// What a step tells: faults alone, for it rejects nothing.
  public struct Info: TransitionInfo {
    public let fault: TransitionFault?
  }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    model.requireRows(rows)
    var state = State(phase: PhaseBatch(rows: rows.shape[0], variableCount: model.variableCount))
    restart(&state, at: rows)
    return state
  }

  public func restart(_ state: inout State, at rows: Tensor<Model.Scalar>) {
    model.requireRows(rows)
    state.phase.setCount(rows.shape[0])
    state.phase.position.copyElements(of: rows)
    state.hasGradient = false
  }

  public func restartSummingGradients(
    _ state: inout State, at rows: Tensor<Model.Scalar>
  ) -> ParameterSums<Model.Scalar>? {
    restart(&state, at: rows)
    let found = model.jointGradients(at: rows, into: &state.phase.gradient)
    state.hasGradient = found != nil
    return found?.sums
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.phase.position }

  /// One step of every chain. The gradient of where a chain arrives is taken at once, so that a fault is
  /// told by the step that ran into it.
  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Info {
    if let defect = stepSizeDefect(stepSize) {
      return Info(fault: TransitionFault(row: 0, reason: .other(defect)))
    }
    move(&state, using: random)
    state.phase.evaluate(model)
    state.hasGradient = true
    return Info(fault: fault(of: state.phase))
  }

  /// One step of every chain, without the gradient of where it arrives: one evaluation fewer where chains are
  /// restarted, or the model changes, after a few steps. Chains of a step size that `step` refuses stay.
  public func move(_ state: inout State, using random: ChainRandom) {
    guard stepSizeDefect(stepSize) == nil else { return }
    if !state.hasGradient {
      model.energyGradient(at: state.phase.position, into: &state.phase.gradient)
    }
    state.hasGradient = false
    // A kick of √(η/2) and a drift of √(2η) from the momentum ξ.
    let (kick, drift) = ((stepSize / 2).squareRoot(), (2 * stepSize).squareRoot())
    guard metric.factor != nil else {
      state.phase.position.langevinStep(
        gradient: state.phase.gradient, scale: metric.scale, kick: kick, drift: drift,
        using: random)
      return
    }
    let count = state.phase.count
    state.phase.momentum.fillNormal(using: random)
    state.phase.kickDrift(
      metric, kicks: [Double](repeating: kick, count: count),
      drifts: [Double](repeating: drift, count: count))
  }

  private func fault(of phase: PhaseBatch<Model.Scalar>) -> TransitionFault? {
    let place = VectorKernels.best.firstNonFinite(phase.gradient.elements.span)
    let broken = place.map { $0 / model.variableCount }
    for chain in phase.energies.indices {
      let energy = phase.energies[chain]
      if energy == .infinity { return TransitionFault(row: chain, reason: .outsideSupport) }
      if !energy.isFinite {
        return TransitionFault(row: chain, reason: .notFinite("its energy \(energy)"))
      }
      if chain == broken {
        return TransitionFault(row: chain, reason: .notFinite("the gradient of its energy"))
      }
    }
    return nil
  }
}
