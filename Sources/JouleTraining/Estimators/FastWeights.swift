public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Persistent contrastive divergence with fast weights: the chains move under a model of parameters θ + φ,
/// where φ learns quickly and forgets quickly.
///
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − E_chains[∂E/∂θ],   chains moved under θ + φ
///     φ ← (19/20) φ − η_f ∂L/∂θ
///
/// The negative gradient raises the energy where the chains are, which drives them on: they mix as if the
/// learning rate were η_f, while θ moves at its own. What the chains sample is another model than the one
/// that learns; with a rate that falls to zero the gradient does not become exact.
///
/// The fast gradient is the plain one, whatever a wrapper such as ``Centered`` makes of the terms for θ.
///
/// - Complexity: that of ``PersistentContrastiveDivergence`` and another gradient.
///
/// Reference: T. Tieleman, G. Hinton, Using fast weights to improve persistent contrastive divergence, ICML
/// 2009, §5.
public struct FastWeights<Kernel: CompletingKernel>: TermEstimator where Kernel.State: Archivable {
  public typealias Model = Kernel.Model
  let base: PersistentContrastiveDivergence<Kernel>
  let rate: Double
  let decay: Double

  /// - Parameters:
  ///   - base: the persistent chains.
  ///   - rate: η_f, above zero; the learning rate that θ begins with is a good one.
  ///   - decay: what is left of φ after an update, in [0, 1); 19/20 in the reference.
  public init(
    _ base: PersistentContrastiveDivergence<Kernel>, rate: Double, decay: Double = 0.95
  ) {
    precondition(
      rate > 0 && rate.isFinite, "the rate of fast weights is above zero, got \(rate)")
    precondition(
      decay >= 0 && decay < 1, "the decay of fast weights lies in [0, 1), got \(decay)")
    self.base = base
    self.rate = rate
    self.decay = decay
  }

  public struct State: Sendable {
    var base: PersistentContrastiveDivergence<Kernel>.State
    /// φ.
    var fast: ParameterSet<Model.Scalar>
    /// Scratch, overwritten at every update.
    var gradient: ParameterSet<Model.Scalar>
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    let zeros = model.parameters.zeros()
    return State(
      base: base.makeState(for: model, data: statistics, key: key), fast: zeros, gradient: zeros)
  }

  /// θ + φ.
  private func sampled(_ model: Model, _ fast: ParameterSet<Model.Scalar>) -> Model {
    var parameters = model.parameters
    for index in parameters.entries.indices {
      parameters.entries[index].value += fast.entries[index].value
    }
    var sampled = model
    sampled.parameters = parameters
    return sampled
  }

  public func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>] {
    let terms = base.terms(
      model, chainsOf: sampled(model, state.fast), at: batch, step: step, state: &state.base,
      on: workers)
    model.accumulateGradient(
      of: terms, into: &state.gradient, scalingPreviousBy: 0, on: workers)
    let (gradient, decay, rate) = (state.gradient, Model.Scalar(decay), Model.Scalar(rate))
    workers.mutateEach(&state.fast.entries) { index, entry in
      entry.value.scale(by: decay)
      entry.value.add(gradient.entries[index].value, scaledBy: -rate)
    }
    return terms
  }
}

extension FastWeights: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state.base)
  }
}

extension FastWeights: ReportingEstimator {
  /// `largest_fast_weight`: of φ, over all parameters.
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    ["largest_fast_weight": Double(state.fast.largestMagnitude)]
  }
}

extension FastWeights.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
    fast.archive(into: &archive, prefix: prefix + "fast.")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
    try fast.restore(from: archive, prefix: prefix + "fast.")
  }
}
