import JouleTensor

/// tanh x, with derivative 1 − tanh² x.
struct HyperbolicTangent<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .tanh }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { 1 - y.squared() }
}

extension Value {
  /// The hyperbolic tangent of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func tanh() -> Value { Value.apply(HyperbolicTangent(), to: [self]) }
}
