public import JouleCore
public import JouleRandom
public import JouleTensor

/// Block Gibbs sampling of a latent-variable model: all hidden variables at once, then all visible.
///
///     h ~ p(h | v),   v ~ p(v | h)
///
/// The visible rows and the hidden means given them are kept between steps, so that a step costs two
/// products and a gradient none.
///
/// Reference: G. Hinton, Training products of experts by minimizing contrastive divergence, Neural
/// Computation 14 (2002), §3.
public struct BlockGibbs<Model: LatentVariableModel>: CompletingKernel {
  public let model: Model

  public init(_ model: Model) { self.model = model }

  public struct State: Sendable {
    /// The chains' visible rows and the hidden means given them.
    public internal(set) var rows: LatentRows<Model.Scalar>
    /// Room for hidden states; nothing between steps.
    var hidden: Tensor<Model.Scalar>
  }

  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    model.requireRows(rows)
    return State(
      rows: model.complete(rows), hidden: Tensor(zeros: [rows.shape[0], model.hiddenCount]))
  }

  public func restart(_ state: inout State, at rows: Tensor<Model.Scalar>) {
    guard rows.shape == state.rows.visible.shape else {
      state = makeState(at: rows)
      return
    }
    model.complete(0..<rows.shape[0], of: rows, into: &state.rows)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> PlainTransition {
    model.sampleHidden(of: state.rows, using: random, into: &state.hidden)
    regenerate(&state, using: random)
    return PlainTransition()
  }

  public func step(
    _ state: inout State, from start: LatentRows<Model.Scalar>, using random: ChainRandom
  ) {
    model.sampleHidden(of: start, using: random, into: &state.hidden)
    regenerate(&state, using: random)
  }

  /// From hidden states to visible rows and the hidden means given them.
  private func regenerate(_ state: inout State, using random: ChainRandom) {
    model.sampleVisible(given: state.hidden, using: random, into: &state.rows.visible)
    model.formHidden(of: &state.rows)
  }

  /// With the hidden states summed out: p(v) Σ_h p(h|v) p(v′|h) is symmetric in v and v′.
  public var isReversible: Bool { true }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.rows.visible }

  public func completion(of state: State) -> LatentRows<Model.Scalar> { state.rows }
}

extension BlockGibbs.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.store(rows.visible, as: prefix + "visible")
    archive.store(rows.hiddenMean, as: prefix + "hidden_mean")
    if let input = rows.hiddenInput { archive.store(input, as: prefix + "hidden_input") }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    rows.visible = try archive.tensor(prefix + "visible", shape: rows.visible.shape)
    rows.hiddenMean = try archive.tensor(prefix + "hidden_mean", shape: rows.hiddenMean.shape)
    if let input = rows.hiddenInput {
      rows.hiddenInput = try archive.tensor(prefix + "hidden_input", shape: input.shape)
    }
  }
}
