import JouleTensor

/// σ(x) = 1 / (1 + e⁻ˣ), with derivative σ(x) (1 − σ(x)).
struct Logistic<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .logistic }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { y * (1 - y) }
}

extension Value {
  /// The logistic function σ(x) = 1 / (1 + e⁻ˣ) of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func logistic() -> Value { Value.apply(Logistic(), to: [self]) }
}
