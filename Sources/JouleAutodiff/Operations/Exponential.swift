import JouleTensor

/// eˣ, with derivative eˣ.
struct Exponential<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .exp }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { y }
}

extension Value {
  /// The exponential of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func exp() -> Value { Value.apply(Exponential(), to: [self]) }
}
