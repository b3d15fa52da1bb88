public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// The nonlinear function between layers, by the name that files and commands give it.
///
/// Langevin dynamics follows the gradient of an energy, so smooth ones are the better choice: ``swish``.
public enum Activation: String, Sendable, CaseIterable, Codable {
  /// x σ(x).
  case swish
  /// log(1 + eˣ).
  case softplus
  case tanh
  /// σ(x) = 1 / (1 + e⁻ˣ).
  case logistic
  /// x or 0.2 x: not smooth, and the second derivative is zero.
  case leakyReLU = "leaky-relu"
  /// x Φ(x), in its tangent form.
  case gelu

  /// The function at every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(_ x: Value<Scalar>) -> Value<Scalar> {
    switch self {
    case .swish: x.swish()
    case .softplus: x.softplus()
    case .tanh: x.tanh()
    case .logistic: x.logistic()
    case .leakyReLU: x.leakyReLU()
    case .gelu: x.gelu()
    }
  }

  /// How weights before it start: those that saturate keep the scale of signals and gradients, the others, which
  /// are rectifiers or smooth forms of them, make up for what they cut off.
  public var initializer: Initializer {
    switch self {
    case .tanh, .logistic: .glorot
    case .swish, .softplus, .leakyReLU, .gelu: .he
    }
  }
}

extension Activation: Layer {
  public var parameters: [ParameterDescription] { [] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> { self(x) }
}
