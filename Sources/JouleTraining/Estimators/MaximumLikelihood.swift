public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The exact gradient of a normalized model: the data's term alone.
///
///     ∂L/∂θ = E_batch[∂E/∂θ] − E_model[∂E/∂θ] = E_batch[∂E/∂θ],   log Z = 0
///
/// The batch is completed in pieces of rows, in parallel.
public struct MaximumLikelihood<Model: NormalizedModel>: GradientEstimator {
  public init() {}

  /// Nothing survives a step but storage.
  public struct State: Sendable, Archivable {
    var ranges: [Range<Int>] = []
    var data: [Model.Completion] = []

    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State { State() }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.ranges != ranges {
      state.ranges = ranges
      state.data = ranges.map { model.complete(batch.rows($0)) }
    }
    workers.mutateEach(&state.data) { index, completion in
      model.complete(ranges[index], of: batch, into: &completion)
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    model.accumulateGradient(
      of: state.data.map { GradientTerm($0, weight: weight) }, into: &gradient,
      scalingPreviousBy: 0, on: workers)
  }
}
