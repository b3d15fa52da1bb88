import JouleTensor

/// log(1 + eˣ), with derivative σ(x).
struct Softplus<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .softplus }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { x.logistic() }
}

extension Value {
  /// log(1 + eˣ) of every element, without overflow.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func softplus() -> Value { Value.apply(Softplus(), to: [self]) }
}
