import JouleTensor

/// 1/x, with derivative −1/x².
struct Reciprocal<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .reciprocal }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { -y.squared() }
}

extension Value {
  /// One over every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reciprocal() -> Value { Value.apply(Reciprocal(), to: [self]) }
}
