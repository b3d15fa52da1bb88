public import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// Estimates the gradient of the mean negative log-likelihood of a batch.
///
///     ∂L/∂θ = E_data[∂E/∂θ] − E_model[∂E/∂θ]
public protocol GradientEstimator<Model>: Sendable {
  associatedtype Model: ParametricEnergy
  /// What is carried from step to step: chains, offsets, scratch.
  associatedtype State: Sendable & Archivable

  /// The state before the first step.
  ///
  /// - Parameters:
  ///   - statistics: of the training data.
  ///   - key: what every draw of this estimator descends from.
  func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State

  /// Overwrites `gradient` with an estimate of ∂L/∂θ.
  ///
  /// - Parameters:
  ///   - batch: `[batch, variables]`.
  ///   - step: the number of the update, from 0; draws are addressed by it.
  ///   - workers: the result does not depend on their number.
  func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers)
}

/// A gradient estimator that works by supplying rows: some of the data, some of the model.
public protocol TermEstimator<Model>: GradientEstimator {
  /// Terms whose weighted sum of ∂E/∂θ is the gradient: data rows of total weight 1, model rows of
  /// total weight −1.
  func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>]
}

extension TermEstimator {
  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    model.accumulateGradient(
      of: terms(model, at: batch, step: step, state: &state, on: workers),
      into: &gradient, scalingPreviousBy: 0, on: workers)
  }
}
