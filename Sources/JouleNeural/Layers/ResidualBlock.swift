public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// What layers add to their input.
///
///     y = s(x) + f(x)
///
/// s is the identity, or a layer that brings x to the shape of f(x), such as a convolution of size 1. Parameters: those
/// of f under the prefix `body.`, those of s under `shortcut.`.
///
/// Reference: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, CVPR 2016,
/// eq. 1 and 2.
public struct ResidualBlock: Layer {
  /// f.
  public let body: any Layer
  /// s; nil for the identity.
  public let shortcut: (any Layer)?

  public init(_ body: any Layer, shortcut: (any Layer)? = nil) {
    self.body = body
    self.shortcut = shortcut
  }

  public var parameters: [ParameterDescription] {
    body.parameters.map { $0.prefixed("body.") }
      + (shortcut?.parameters ?? []).map { $0.prefixed("shortcut.") }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let change = body(x, parameters.part("body."))
    return (shortcut?(x, parameters.part("shortcut.")) ?? x) + change
  }
}
