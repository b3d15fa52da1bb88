import JouleTensor

/// The derivative σ + x σ (1 − σ) w′ of x σ(w), w = √(8/π) (x + 0.044715 x³), with derivative σ (1 − σ) (2 w′ + x ((1 − 2σ) w′² + w″)).
private struct GELUSlope<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .geluSlope }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> {
    // √(8/π), and 0.044715 times that.
    let (linear, cubic) = (Scalar(1.595_769_121_605_730_8), Scalar(0.071_354_816_272_600_25))
    let square = x.squared()
    let s = (x * (linear + cubic * square)).logistic()
    let first = linear + 3 * cubic * square
    let second = 6 * cubic * x
    return s * (1 - s) * (2 * first + x * ((1 - 2 * s) * first.squared() + second))
  }
}

extension Value {
  /// GELU of every element in its tangent form: ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
  ///
  /// It is within 5·10⁻⁴ of x Φ(x), where Φ is the normal distribution function.
  ///
  /// Reference: D. Hendrycks, K. Gimpel, Gaussian error linear units (2016), §2.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func gelu() -> Value { applySloped(.gelu, slope: GELUSlope()) }
}
