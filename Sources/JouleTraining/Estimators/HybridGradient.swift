public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A discriminative gradient with some of a generative one, which keeps a classifier from over-fitting and lets
/// it learn from rows without labels.
///
///     L = −(1/N) Σᵢ log p(yᵢ | xᵢ) − α (1/M) Σᵢ log p(xᵢ, yᵢ)
///
/// The first mean is over the N rows of a batch that have labels, the second over all M; a row without a label
/// has log p(xᵢ) there (see ``ImputedLabels``, which the generative estimator then has to be wrapped in).
///
/// Reference: H. Larochelle, M. Mandel, R. Pascanu, Y. Bengio, Learning algorithms for the classification
/// restricted Boltzmann machine, JMLR 13 (2012), eq. 11 and §7.
public struct HybridGradient<Generative: GradientEstimator>: GradientEstimator
where Generative.Model: DiscriminativeModel {
  public typealias Model = Generative.Model
  let generative: Generative
  /// α.
  public let weight: Double

  /// - Parameters:
  ///   - generative: estimates ∂/∂θ of the mean of −log p(x, y), such as contrastive divergence.
  ///   - weight: α ≥ 0.
  public init(_ generative: Generative, weight: Double) {
    precondition(
      weight >= 0 && weight.isFinite, "a weight is finite and not negative, got \(weight)")
    self.generative = generative
    self.weight = weight
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> Generative.State { generative.makeState(for: model, data: statistics, key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout Generative.State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    generative.estimate(
      model, at: batch, step: step, state: &state, into: &gradient, on: workers)
    gradient.scale(by: Model.Scalar(weight))
    DiscriminativeGradient.accumulate(
      model, at: batch, into: &gradient, scalingPreviousBy: 1, on: workers)
  }
}

extension HybridGradient: ChainHolding where Generative: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    generative.chainRows(model, of: state)
  }
}
