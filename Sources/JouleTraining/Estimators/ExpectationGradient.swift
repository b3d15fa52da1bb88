public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The exact gradient of a model that knows its own expectation.
///
///     ∂L/∂θ = E_batch[∂E/∂θ] − E_model[∂E/∂θ]
///
/// For an exponential family this is −(mean of T over the batch − μ(θ)): moment matching.
public struct ExpectationGradient<Model: ExactExpectation>: GradientEstimator {
  public init() {}

  public struct State: Sendable, Archivable {
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
    let data = GradientTerm<Model>(model.complete(batch), weight: 1 / Model.Scalar(batch.shape[0]))
    model.accumulateGradient(of: [data], into: &gradient, scalingPreviousBy: 0, on: workers)
    model.accumulateExpectedGradient(into: &gradient, weight: -1, on: workers)
  }
}
