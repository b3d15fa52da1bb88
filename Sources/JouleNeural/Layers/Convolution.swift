public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// A convolutional layer over pictures.
///
///     `[batch, height, width, inputs]` → `[batch, height′, width′, outputs]`,
///     height′ = (height + 2 · padding − size) / stride + 1, rounded down
///
/// Parameters: `kernels` `[size, size, inputs, outputs]`, `bias` `[outputs]`, which starts at zero.
public struct Convolution: Layer {
  /// Channels that come in, and that go out.
  public let inputs: Int
  public let outputs: Int
  /// The height and width of a kernel.
  public let size: Int
  public let stride: Int
  public let padding: Int
  /// How kernels start.
  public let initializer: Initializer
  /// What kernels, as a matrix `[size · size · inputs, outputs]`, go through before they are used.
  public let normalization: WeightNormalization

  public init(
    _ inputs: Int, _ outputs: Int, size: Int, stride: Int = 1, padding: Int = 0,
    initializer: Initializer = .lecun, normalization: WeightNormalization = .none
  ) {
    precondition(
      inputs > 0 && outputs > 0 && size > 0 && stride > 0 && padding >= 0 && padding < size,
      "a convolution of \(inputs) channels to \(outputs), size \(size), stride \(stride), padding "
        + "\(padding): all at least 1, the padding from 0 and below the size")
    self.inputs = inputs
    self.outputs = outputs
    self.size = size
    self.stride = stride
    self.padding = padding
    self.initializer = initializer
    self.normalization = normalization
  }

  /// What comes out of pictures of a height or width; less than 1 where no kernel fits.
  public func outputLength(of length: Int) -> Int {
    let room = length + 2 * padding - size
    return room < 0 ? 0 : room / stride + 1
  }

  public var parameters: [ParameterDescription] {
    [
      ParameterDescription(
        "kernels", role: .weight, shape: [size, size, inputs, outputs],
        fans: Fans(inputs: size * size * inputs, outputs: size * size * outputs), initializer),
      ParameterDescription("bias", role: .bias, shape: [outputs], .zeros),
    ]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let kernels = parameters["kernels"]
    let matrix = normalization(
      kernels.reshaped(to: [size * size * inputs, outputs]))
    return x.convolution(
      matrix.reshaped(to: kernels.shape), bias: parameters["bias"], stride: stride,
      padding: padding)
  }
}

/// Everything but the batch in one axis: `[batch, …]` → `[batch, elements]`.
public struct Flatten: Layer {
  public init() {}

  public var parameters: [ParameterDescription] { [] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    x.reshaped(to: [x.shape[0], x.shape[1...].reduce(1, *)])
  }
}
