import JouleTensor

/// √x, with derivative 1/(2√x).
struct SquareRoot<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .sqrt }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { 0.5 / y }
}

extension Value {
  /// The square root of every element.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sqrt() -> Value { Value.apply(SquareRoot(), to: [self]) }
}
