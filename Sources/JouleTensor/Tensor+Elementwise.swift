public import JouleAlgebra

// Functions of every element, by the vector kernels: their accuracy, 1 to 4 ulps, is stated at
// ``UnaryFunction``. Infinities map to limits; outside its domain a function is NaN, as log(−1) is.
extension Tensor {
  /// self ← f(self), in place.
  public mutating func apply(_ function: UnaryFunction) {
    VectorKernels.best.apply(function, to: elements.mutableSpan)
  }

  /// destination ← f(self); `destination` has the same shape and is overwritten.
  public func apply(_ function: UnaryFunction, into destination: inout Tensor) {
    requireSameShape(destination, "\(function)")
    VectorKernels.best.apply(function, elements.span, into: destination.elements.mutableSpan)
  }

  /// destination ← f(self) and slope ← f′(self), for `.swish` and `.gelu`.
  ///
  /// - Parameters:
  ///   - destination, slope: of the same shape, overwritten.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func apply(
    _ function: UnaryFunction, into destination: inout Tensor, slope: inout Tensor
  ) {
    requireSameShape(destination, "\(function)")
    requireSameShape(slope, "\(function)")
    VectorKernels.best.apply(
      function, elements.span, into: destination.elements.mutableSpan,
      slope: slope.elements.mutableSpan)
  }

  /// f(self) in a new tensor.
  public func applying(_ function: UnaryFunction) -> Tensor {
    var result = self
    result.apply(function)
    return result
  }

  /// eˣ
  public func exp() -> Tensor { applying(.exp) }
  /// log x, natural.
  public func log() -> Tensor { applying(.log) }
  /// log(1 + x), accurate near 0.
  public func log1p() -> Tensor { applying(.log1p) }
  /// eˣ − 1, accurate near 0.
  public func expm1() -> Tensor { applying(.expm1) }
  /// tanh x
  public func tanh() -> Tensor { applying(.tanh) }
  /// σ(x) = 1 / (1 + e⁻ˣ)
  public func logistic() -> Tensor { applying(.logistic) }
  /// log(1 + eˣ), without overflow.
  public func softplus() -> Tensor { applying(.softplus) }
  /// √x
  public func sqrt() -> Tensor { applying(.sqrt) }
  /// x²
  public func squared() -> Tensor { applying(.square) }
  /// |x|
  public func abs() -> Tensor { applying(.abs) }
  /// 1 / x
  public func reciprocal() -> Tensor { applying(.reciprocal) }
  /// −1, 0 or 1.
  public func sign() -> Tensor { applying(.sign) }

  /// x ← eˣ
  public mutating func formExp() { apply(.exp) }
  /// x ← log x
  public mutating func formLog() { apply(.log) }
  /// x ← log(1 + x)
  public mutating func formLog1p() { apply(.log1p) }
  /// x ← eˣ − 1
  public mutating func formExpm1() { apply(.expm1) }
  /// x ← tanh x
  public mutating func formTanh() { apply(.tanh) }
  /// x ← σ(x)
  public mutating func formLogistic() { apply(.logistic) }
  /// x ← log(1 + eˣ)
  public mutating func formSoftplus() { apply(.softplus) }
  /// x ← √x
  public mutating func formSqrt() { apply(.sqrt) }
  /// x ← x²
  public mutating func formSquare() { apply(.square) }
  /// x ← |x|
  public mutating func formAbs() { apply(.abs) }
  /// x ← 1 / x
  public mutating func formReciprocal() { apply(.reciprocal) }
  /// x ← −x
  public mutating func negate() { apply(.negate) }
}
