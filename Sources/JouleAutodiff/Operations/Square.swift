import JouleTensor

/// x², with derivative 2x.
struct Square<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .square }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { x * 2 }
}

extension Value {
  /// The square of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func squared() -> Value { Value.apply(Square(), to: [self]) }
}
