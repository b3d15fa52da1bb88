import JouleTensor

/// log x, with derivative 1/x.
struct Logarithm<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .log }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { x.reciprocal() }
}

extension Value {
  /// The natural logarithm of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func log() -> Value { Value.apply(Logarithm(), to: [self]) }
}
