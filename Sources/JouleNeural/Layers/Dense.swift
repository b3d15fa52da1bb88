public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// A fully connected layer.
///
///     y = x W + b,   `[batch, inputs]` → `[batch, outputs]`
///
/// Parameters: `weights` W `[inputs, outputs]`, `bias` b `[outputs]`, which starts at zero.
public struct Dense: Layer {
  public let inputs: Int
  public let outputs: Int
  /// How W starts.
  public let initializer: Initializer
  /// What W goes through before it is used.
  public let normalization: WeightNormalization

  public init(
    _ inputs: Int, _ outputs: Int, initializer: Initializer = .lecun,
    normalization: WeightNormalization = .none
  ) {
    precondition(
      inputs > 0 && outputs > 0,
      "a dense layer has at least one input and output, got \(inputs) and \(outputs)")
    self.inputs = inputs
    self.outputs = outputs
    self.initializer = initializer
    self.normalization = normalization
  }

  public var parameters: [ParameterDescription] {
    [
      ParameterDescription(
        "weights", role: .weight, shape: [inputs, outputs],
        fans: Fans(inputs: inputs, outputs: outputs), initializer),
      ParameterDescription("bias", role: .bias, shape: [outputs], .zeros),
    ]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    x.affine(normalization(parameters["weights"]), parameters["bias"])
  }
}
