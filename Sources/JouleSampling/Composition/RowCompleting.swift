public import JouleCore
public import JouleRandom
public import JouleTensor

/// Any kernel as training wants it: what the gradient needs of the rows of the chains, the model completes.
///
///     let estimator = PersistentContrastiveDivergence(chains: 100) { model in
///       RowCompleting(MetropolisHastings(model, GaussianWalk(scale: 0.5)), for: model)
///     }
///
/// Training moves the model between steps. What the base kernel keeps of the old one, such as energies,
/// is made anew then: chains that were last moved by another such kernel are restarted where they stand.
/// Estimators make a kernel at every update; who samples a model that stays makes one kernel.
public struct RowCompleting<Base: TransitionKernel, Model: ParametricEnergy>: CompletingKernel
where Base.Scalar == Model.Scalar {
  public typealias Scalar = Model.Scalar

  public let base: Base
  private let model: Model
  private let identity = Identity()

  /// Tells kernels apart, so that nobody need compare the parameters of two models.
  fileprivate final class Identity: Sendable {}

  /// - Parameters:
  ///   - base: a kernel that samples the model.
  ///   - model: the model.
  public init(_ base: Base, for model: Model) {
    self.base = base
    self.model = model
  }

  public struct State: Sendable {
    /// Where the chains are, `[chains, variables]`.
    public fileprivate(set) var rows: Tensor<Scalar>
    fileprivate var base: Base.State
    /// The kernel that `base` comes from; nil after a restored checkpoint.
    fileprivate var owner: Identity?
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    State(rows: rows, base: base.makeState(at: rows), owner: identity)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Base.Info {
    settle(&state)
    let info = base.step(&state.base, using: random)
    state.rows = base.position(of: state.base)
    return info
  }

  public func move(_ state: inout State, using random: ChainRandom) {
    settle(&state)
    base.move(&state.base, using: random)
    state.rows = base.position(of: state.base)
  }

  /// Chains of this kernel, whose rows nobody but the base kernel holds, so that it moves them in place.
  private func settle(_ state: inout State) {
    if state.owner !== identity {
      base.restart(&state.base, at: state.rows)
      state.owner = identity
    }
    state.rows = Tensor(shape: [0], elements: [])
  }

  public func step(
    _ state: inout State, from start: Model.Completion, using random: ChainRandom
  ) {
    state.rows = model.rows(of: start)
    state.owner = nil
    move(&state, using: random)
  }

  public func stepSummingGradients(
    _ state: inout State, from start: Model.Completion, using random: ChainRandom
  ) -> [Tensor<Scalar>]? {
    let sums = base.restartSummingGradients(&state.base, at: model.rows(of: start))
    state.owner = identity
    move(&state, using: random)
    // The base kernel may sample something else than the model, such as an average of its parameters.
    guard let sums, sums.parameters.isSame(as: model.parameters) else { return nil }
    return sums.values
  }

  public func position(of state: State) -> Tensor<Scalar> { state.rows }

  public func completion(of state: State) -> Model.Completion { model.complete(state.rows) }
}

extension RowCompleting.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.store(rows, as: prefix + "rows")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    rows = try archive.tensor(prefix + "rows", shape: rows.shape)
    owner = nil
  }
}
