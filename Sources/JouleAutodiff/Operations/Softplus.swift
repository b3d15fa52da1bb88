import JouleTensor

/// log(1 + eˣ), with derivative σ(x).
struct Softplus<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .softplus }

  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { x.logistic() }
}

extension Value {
  /// log(1 + eˣ) of every element, without overflow.
  public func softplus() -> Value { Value.apply(Softplus(), to: [self]) }
}
