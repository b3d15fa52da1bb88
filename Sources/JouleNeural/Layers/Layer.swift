public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A part of a network: it knows its parameters, and what it computes with them.
///
///     struct Bias: Layer {
///       let count: Int
///       var parameters: [ParameterDescription] {
///         [ParameterDescription("bias", role: .bias, shape: [count], .zeros)]
///       }
///       func callAsFunction<Scalar>(
///         _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
///       ) -> Value<Scalar> { x + parameters["bias"] }
///     }
///
/// A layer holds sizes and options, never numbers that are learnt: those are in the parameters of a model,
/// under the names that the layer gives them. So it is of no scalar type, and a layer within another is
/// handed the part of the parameters that bears its prefix.
public protocol Layer: Sendable {
  /// The parameters in order, by distinct names.
  var parameters: [ParameterDescription] { get }

  /// The output of a batch.
  ///
  /// - Parameters:
  ///   - x: `[batch, …]`; rows do not know of each other.
  ///   - parameters: the values of `parameters`, by name.
  func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>
}

extension Layer {
  /// The parameters as training starts from them. Each draws from the key folded with its name.
  public func initialParameters<Scalar: TensorScalar>(
    using key: RandomKey
  ) -> ParameterSet<Scalar> {
    ParameterSet(initial: parameters, using: key)
  }
}

/// What a layer says of one of its parameters.
public struct ParameterDescription: Sendable, Equatable {
  public var name: String
  public let role: ParameterRole
  public let shape: [Int]
  /// The number of inputs of every output, and of outputs of every input, for the initialiser.
  public let fans: Fans
  public let initializer: Initializer

  /// - Parameter fans: nil for what does not connect inputs with outputs.
  public init(
    _ name: String, role: ParameterRole, shape: [Int], fans: Fans? = nil,
    _ initializer: Initializer
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.fans = fans ?? Fans(inputs: 1, outputs: 1)
    self.initializer = initializer
  }

  /// The same parameter of a layer within another.
  func prefixed(_ prefix: String) -> ParameterDescription {
    var result = self
    result.name = prefix + name
    return result
  }

  func initialValue<Scalar: TensorScalar>(using key: RandomKey) -> Tensor<Scalar> {
    initializer.tensor(shape: shape, fans: fans, using: key)
  }
}
