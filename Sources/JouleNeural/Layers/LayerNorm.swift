public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// Layer normalisation: every row of features brought to mean 0 and variance 1, then scaled and shifted.
///
///     y = g (x − m) / √(v + ε) + b,   over the last axis of `[batch, …, features]`
///
/// Parameters: `gain` g `[features]`, which starts at one, `bias` b `[features]`, which starts at zero.
///
/// Reference: J. Ba, J. Kiros, G. Hinton, Layer normalization (2016), eq. 3 and 4.
public struct LayerNorm: Layer {
  public let features: Int
  /// ε.
  public let epsilon: Double

  public init(_ features: Int, epsilon: Double = 1e-5) {
    precondition(
      features > 0 && epsilon > 0,
      "layer normalisation of at least one feature with a positive epsilon, got \(features), \(epsilon)"
    )
    self.features = features
    self.epsilon = epsilon
  }

  public var parameters: [ParameterDescription] {
    [
      // Neither couples variables: no weight decay.
      ParameterDescription("gain", role: .bias, shape: [features], .ones),
      ParameterDescription("bias", role: .bias, shape: [features], .zeros),
    ]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let rows = x.reshaped(to: [x.count / features, features])
    let result =
      rows.standardized(along: 1, epsilon: Scalar(epsilon)) * parameters["gain"]
      + parameters["bias"]
    return result.reshaped(to: x.shape)
  }
}
