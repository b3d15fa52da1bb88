import JouleTensor

extension Value {
  /// x σ(x) of every element, also called SiLU: smooth, as Langevin dynamics wants its energies.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func swish() -> Value { applySloped(.swish, slope: SwishSlope()) }
}

/// σ(x) (1 + x (1 − σ(x))), the derivative of x σ(x), with derivative σ (1 − σ) (2 + x (1 − 2σ)).
private struct SwishSlope<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .swishSlope }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> {
    let s = x.logistic()
    return s * (1 - s) * (2 + x * (1 - 2 * s))
  }
}
