import JouleAlgebra

// Operands have the same shape or broadcast: see `apply(_:_:)` in Tensor+Binary.swift.
extension Tensor {
  /// The elementwise sum.
  public static func + (left: Tensor, right: Tensor) -> Tensor { combined(.add, left, right) }
  /// The elementwise difference.
  public static func - (left: Tensor, right: Tensor) -> Tensor { combined(.subtract, left, right) }
  /// The elementwise product; for the matrix product see ``matmul(_:transposingSelf:transposingOther:)``.
  public static func * (left: Tensor, right: Tensor) -> Tensor { combined(.multiply, left, right) }
  /// The elementwise quotient.
  public static func / (left: Tensor, right: Tensor) -> Tensor { combined(.divide, left, right) }

  /// Adds in place; `right` broadcasts onto `left`.
  public static func += (left: inout Tensor, right: Tensor) { left.apply(.add, right) }
  /// Subtracts in place; `right` broadcasts onto `left`.
  public static func -= (left: inout Tensor, right: Tensor) { left.apply(.subtract, right) }
  /// Multiplies elementwise in place; `right` broadcasts onto `left`.
  public static func *= (left: inout Tensor, right: Tensor) { left.apply(.multiply, right) }
  /// Divides elementwise in place; `right` broadcasts onto `left`.
  public static func /= (left: inout Tensor, right: Tensor) { left.apply(.divide, right) }

  public static func + (left: Tensor, right: Scalar) -> Tensor { left.combined(.add, right) }
  public static func - (left: Tensor, right: Scalar) -> Tensor { left.combined(.subtract, right) }
  public static func * (left: Tensor, right: Scalar) -> Tensor { left.combined(.multiply, right) }
  public static func / (left: Tensor, right: Scalar) -> Tensor { left.combined(.divide, right) }

  public static func + (left: Scalar, right: Tensor) -> Tensor { right.combined(.add, left) }
  public static func - (left: Scalar, right: Tensor) -> Tensor {
    right.combined(.subtractFrom, left)
  }
  public static func * (left: Scalar, right: Tensor) -> Tensor {
    right.combined(.multiply, left)
  }
  public static func / (left: Scalar, right: Tensor) -> Tensor {
    right.combined(.divideInto, left)
  }

  public static func += (left: inout Tensor, right: Scalar) { left.apply(.add, right) }
  public static func -= (left: inout Tensor, right: Scalar) { left.apply(.subtract, right) }
  public static func *= (left: inout Tensor, right: Scalar) { left.apply(.multiply, right) }
  public static func /= (left: inout Tensor, right: Scalar) { left.apply(.divide, right) }

  /// The tensor with every sign changed.
  public static prefix func - (tensor: Tensor) -> Tensor { tensor.applying(.negate) }

  /// The smaller of each pair of elements; NaN where either is NaN.
  public func minimum(with other: Tensor) -> Tensor { Self.combined(.minimum, self, other) }
  /// The larger of each pair of elements; NaN where either is NaN.
  public func maximum(with other: Tensor) -> Tensor { Self.combined(.maximum, self, other) }

  /// Moves every element into an interval, in place.
  public mutating func clamp(to bounds: ClosedRange<Scalar>) {
    apply(.maximum, bounds.lowerBound)
    apply(.minimum, bounds.upperBound)
  }

  private func combined(_ function: BinaryFunction, _ value: Scalar) -> Tensor {
    var result = self
    result.apply(function, value)
    return result
  }
}

// What a step of training does to its tensors: in place, without allocation.
extension Tensor {
  /// self ← self + s · other.
  ///
  /// - Precondition: equal shapes.
  public mutating func add(_ other: Tensor, scaledBy factor: Scalar) {
    requireSameShape(other, "add")
    BLAS.axpy(factor, other.elements.span, into: elements.mutableSpan)
  }

  /// self ← s · self. A factor of zero leaves NaN where NaN was; see ``fill(_:)``.
  public mutating func scale(by factor: Scalar) { apply(.multiply, factor) }

  /// self ← s · self − other; a factor of zero overwrites whatever self held, NaN included.
  ///
  /// - Precondition: equal shapes.
  public mutating func scale(by factor: Scalar, subtracting other: Tensor) {
    requireSameShape(other, "scale")
    if factor == 0 {
      VectorKernels.best.apply(.negate, other.elements.span, into: elements.mutableSpan)
    } else {
      if factor != 1 { scale(by: factor) }
      self -= other
    }
  }

  /// Sets every element to one value.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func fill(_ value: Scalar) {
    var destination = elements.mutableSpan
    destination.update(repeating: value)
  }

  /// Sets every element above the threshold to 1 and every other, NaN too, to 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func formThreshold(above threshold: Scalar) {
    var destination = elements.mutableSpan
    for index in destination.indices {
      destination[index] = destination[index] > threshold ? 1 : 0
    }
  }
}
