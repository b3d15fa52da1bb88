public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The gradient of a deep model, by any estimator of the machine behind it, at rows whose latent columns are
/// inferred.
///
///     ∂L/∂θ ≈ E_batch E_Q[∂E/∂θ] − E_model[∂E/∂θ]
///
/// Only the data need inference; chains know all columns. With an exact second term this is the gradient of
/// the variational free energy less log Z, which bounds the log-likelihood from below.
///
/// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, §2.1–2.2.
public struct Inferred<Model: DeepModel, Base: GradientEstimator>: GradientEstimator
where Base.Model == Model.Machine {
  let base: Base

  /// - Parameter base: an estimator for the machine.
  public init(_ base: Base, for type: Model.Type = Model.self) { self.base = base }

  public struct State: Sendable {
    var base: Base.State
    /// Scratch: the pieces of the batch, completed.
    var pieces: [(range: Range<Int>, rows: Tensor<Model.Scalar>)] = []
    /// Scratch: the batch, completed.
    var rows: Tensor<Model.Scalar>
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    let examples = model.inferredRows(for: statistics.examples)
    let latent = examples.columns(model.variableCount..<examples.shape[1])
    let completed = DataStatistics(
      rowCount: statistics.rowCount,
      means: Tensor(concatenating: [statistics.means, latent.mean(along: 0)]), examples: examples)
    return State(
      base: base.makeState(for: model.machine, data: completed, key: key),
      rows: Tensor(zeros: [0, examples.shape[1]]))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.pieces.map(\.range) != ranges {
      state.pieces = ranges.map { ($0, Tensor(zeros: [0, 0])) }
      state.rows = Tensor(zeros: [batch.shape[0], model.machine.variableCount])
    }
    workers.mutateEach(&state.pieces) { _, piece in
      piece.rows = model.inferredRows(for: batch.rows(piece.range))
    }
    for piece in state.pieces { state.rows.assignRows(piece.range, from: piece.rows) }
    base.estimate(
      model.machine, at: state.rows, step: step, state: &state.base, into: &gradient, on: workers)
  }
}

extension Inferred: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model.machine, of: state.base).columns(0..<model.variableCount)
  }
}

extension Inferred.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
  }
}
