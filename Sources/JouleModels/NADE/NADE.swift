import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The neural autoregressive distribution estimator of binary variables: each is predicted from those
/// before it by hidden units that share their weights.
///
///     p(x) = Πᵢ p(x_o(i) | x_o(1) … x_o(i−1)),   E(x) = −log p(x),   x ∈ {0,1}ⁿ
///     hᵢ = σ(c + Σ_{k<i} x_o(k) W_o(k)),   p(x_o(i) = 1 | …) = σ(b_o(i) + V_o(i)·hᵢ)
///
/// with o the order of the variables. It is normalised for any parameters, and drawn from exactly.
///
/// Parameters, in this order: `weights` W `[variables, hidden]`, `output_weights` V `[variables, hidden]`,
/// `visible_bias` b `[variables]`, `hidden_bias` c `[hidden]`.
///
/// References: H. Larochelle, I. Murray, The neural autoregressive distribution estimator, AISTATS 2011,
/// eq. 7–9; B. Uria, M.-A. Côté, K. Gregor, I. Murray, H. Larochelle, Neural autoregressive distribution
/// estimation, JMLR 17 (2016), eq. 2–5.
public struct NADE<Scalar: TensorScalar>: NormalizedModel, Equatable {
  public var parameters: ParameterSet<Scalar>
  /// o: the variables in the order in which they are predicted.
  public let order: [Int]

  /// W, `[variables, hidden]`.
  public var weights: Tensor<Scalar> { parameters.entries[0].value }
  /// V, `[variables, hidden]`.
  public var outputWeights: Tensor<Scalar> { parameters.entries[1].value }
  /// b, `[variables]`.
  public var visibleBias: Tensor<Scalar> { parameters.entries[2].value }
  /// c, `[hidden]`.
  public var hiddenBias: Tensor<Scalar> { parameters.entries[3].value }

  public var variableCount: Int { weights.shape[0] }
  /// The number of hidden units.
  public var hiddenCount: Int { weights.shape[1] }

  /// A model of given parameters.
  ///
  /// - Parameter order: o, a permutation of the variables; nil for the order of the columns.
  /// - Precondition: shapes `[n, m]`, `[n, m]`, `[n]` and `[m]`, neither n nor m zero.
  public init(
    weights: Tensor<Scalar>, outputWeights: Tensor<Scalar>, visibleBias: Tensor<Scalar>,
    hiddenBias: Tensor<Scalar>, order: [Int]? = nil
  ) {
    precondition(
      weights.rank == 2 && weights.count > 0,
      "weights are [variables, hidden], neither zero, got shape \(weights.shape)")
    precondition(
      outputWeights.shape == weights.shape,
      "output weights have shape \(outputWeights.shape), weights \(weights.shape)")
    precondition(
      visibleBias.shape == [weights.shape[0]] && hiddenBias.shape == [weights.shape[1]],
      "biases have shapes \(visibleBias.shape) and \(hiddenBias.shape), weights \(weights.shape)")
    let order = order ?? Array(0..<weights.shape[0])
    precondition(
      order.sorted() == Array(0..<weights.shape[0]),
      "the order is no permutation of \(weights.shape[0]) variables: \(order)")
    self.order = order
    parameters = ParameterSet([
      .init(name: "weights", role: .weight, value: weights),
      .init(name: "output_weights", role: .weight, value: outputWeights),
      .init(name: "visible_bias", role: .bias, value: visibleBias),
      .init(name: "hidden_bias", role: .bias, value: hiddenBias),
    ])
  }

  /// A model to be trained: small random weights, hidden biases zero, visible biases such that the
  /// variables' means are the given ones, nearly.
  ///
  ///     wᵢⱼ, vᵢⱼ ~ N(0, s²),   bᵢ = log(μᵢ / (1 − μᵢ)),   cⱼ = 0
  ///
  /// - Parameters:
  ///   - means: μ, `[variables]`, each strictly between 0 and 1, such as
  ///     `DataStatistics/smoothedMeans`.
  ///   - order: o; nil for the order of the columns.
  ///   - weightScale: s.
  public init(
    visibleMeans means: Tensor<Scalar>, hiddenCount: Int, order: [Int]? = nil,
    weightScale: Scalar = 0.05, using key: RandomKey
  ) {
    precondition(
      means.count > 0 && means.min() > 0 && means.max() < 1,
      "visible means lie strictly between 0 and 1, got \(means)")
    let shape = [means.count, hiddenCount]
    self.init(
      weights: Tensor(normal: shape, using: key.folded("weights")) * weightScale,
      outputWeights: Tensor(normal: shape, using: key.folded("output weights")) * weightScale,
      visibleBias: (means / (1 - means)).log(), hiddenBias: Tensor(zeros: [hiddenCount]),
      order: order)
  }

  /// The same model in another scalar type.
  public init<Other>(_ other: NADE<Other>) {
    self.init(
      weights: Tensor(other.weights), outputWeights: Tensor(other.outputWeights),
      visibleBias: Tensor(other.visibleBias), hiddenBias: Tensor(other.hiddenBias),
      order: other.order)
  }

  /// The present parameters as the kernels take them.
  var layer: AutoregressiveLayer<Scalar> {
    AutoregressiveLayer(
      weights: weights.elements, outputWeights: outputWeights.elements,
      visibleBias: visibleBias.elements, hiddenBias: hiddenBias.elements, order: order)
  }
}
