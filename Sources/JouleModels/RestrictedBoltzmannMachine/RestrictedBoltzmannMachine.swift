public import JouleCore
public import JouleRandom
public import JouleTensor

/// A restricted Boltzmann machine of binary visible and binary hidden units.
///
///     E(v, h) = −vᵀWh − bᵀv − cᵀh,    p(v, h) = exp(−E(v, h)) / Z,    v ∈ {0,1}ⁿ, h ∈ {0,1}ᵐ
///
/// Parameters, in this order: `weights` W `[visible, hidden]`, `visible_bias` b `[visible]`,
/// `hidden_bias` c `[hidden]`. They are the usual uncentred ones, however the model is trained.
///
/// Reference: G. Hinton, A practical guide to training restricted Boltzmann machines (2012), §2.
public struct RestrictedBoltzmannMachine<Scalar: TensorScalar>: Sendable, Equatable {
  public var parameters: ParameterSet<Scalar>

  /// W, `[visible, hidden]`.
  public var weights: Tensor<Scalar> { parameters.entries[0].value }
  /// b, `[visible]`.
  public var visibleBias: Tensor<Scalar> { parameters.entries[1].value }
  /// c, `[hidden]`.
  public var hiddenBias: Tensor<Scalar> { parameters.entries[2].value }

  /// n, the number of visible units.
  public var variableCount: Int { weights.shape[0] }
  /// m, the number of hidden units.
  public var hiddenCount: Int { weights.shape[1] }

  /// A machine of given parameters.
  ///
  /// - Precondition: shapes `[n, m]`, `[n]` and `[m]`.
  public init(weights: Tensor<Scalar>, visibleBias: Tensor<Scalar>, hiddenBias: Tensor<Scalar>) {
    precondition(weights.rank == 2, "weights are [visible, hidden], got shape \(weights.shape)")
    precondition(
      visibleBias.shape == [weights.shape[0]],
      "visible bias has shape \(visibleBias.shape), weights \(weights.shape)")
    precondition(
      hiddenBias.shape == [weights.shape[1]],
      "hidden bias has shape \(hiddenBias.shape), weights \(weights.shape)")
    parameters = ParameterSet([
      .init(name: "weights", role: .weight, value: weights),
      .init(name: "visible_bias", role: .bias, value: visibleBias),
      .init(name: "hidden_bias", role: .bias, value: hiddenBias),
    ])
  }

  /// A machine to be trained: small random weights, hidden biases zero, visible biases such that the
  /// units' means are the given ones.
  ///
  ///     wᵢⱼ ~ N(0, s²),   bᵢ = log(μᵢ / (1 − μᵢ)),   cⱼ = 0
  ///
  /// - Parameters:
  ///   - means: μ, `[visible]`, each strictly between 0 and 1, such as
  ///     `DataStatistics/smoothedMeans`.
  ///   - weightScale: s; 0.01 as in Hinton (2012), §8.
  public init(
    visibleMeans means: Tensor<Scalar>, hiddenCount: Int, weightScale: Scalar = 0.01,
    using key: RandomKey
  ) {
    precondition(
      means.count == 0 || (means.min() > 0 && means.max() < 1),
      "visible means lie strictly between 0 and 1, got \(means.min()) to \(means.max())")
    self.init(
      weights: Tensor(normal: [means.count, hiddenCount], using: key.folded("weights"))
        * weightScale,
      visibleBias: (means / (1 - means)).log(),
      hiddenBias: Tensor(zeros: [hiddenCount]))
  }

  /// The same machine in another scalar type.
  public init<Other>(_ other: RestrictedBoltzmannMachine<Other>) {
    self.init(
      weights: Tensor(other.weights), visibleBias: Tensor(other.visibleBias),
      hiddenBias: Tensor(other.hiddenBias))
  }
}
