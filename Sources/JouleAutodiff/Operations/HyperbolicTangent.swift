import JouleTensor

/// tanh x, with derivative 1 − tanh² x.
struct HyperbolicTangent<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .tanh }

  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { 1 - y.squared() }
}

extension Value {
  /// The hyperbolic tangent of every element.
  public func tanh() -> Value { Value.apply(HyperbolicTangent(), to: [self]) }
}
