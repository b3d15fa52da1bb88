public import JouleAlgebra
public import JouleCore
import JouleRandom
public import JouleTensor

/// The exact gradient of the conditional likelihood: a model of (x, y) learns to name y, whatever x is like.
///
///     L = −(1/N) Σᵢ log p(yᵢ | xᵢ)
///
/// The mean is over the rows of a batch that have labels; the others count for nothing.
///
/// Reference: H. Larochelle, Y. Bengio, Classification using discriminative restricted Boltzmann machines,
/// ICML 2008, §4.
public struct DiscriminativeGradient<Model: DiscriminativeModel>: ObjectiveEstimator {
  public typealias State = DrawKey

  public init() {}

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    Self.accumulate(model, at: batch, into: &gradient, scalingPreviousBy: 0, on: workers)
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    model.meanConditionalLoss(of: batch)
  }

  /// gradient ← β gradient + ∂L/∂θ; nothing is added by a batch without labels.
  static func accumulate(
    _ model: Model, at batch: Tensor<Model.Scalar>,
    into gradient: inout ParameterSet<Model.Scalar>, scalingPreviousBy scale: Model.Scalar,
    on workers: Workers
  ) {
    let labelled = model.labels(of: batch).count { $0 != nil }
    model.accumulateConditionalGradient(
      at: batch, weight: 1 / Model.Scalar(Swift.max(labelled, 1)), into: &gradient,
      scalingPreviousBy: scale, on: workers)
  }
}
