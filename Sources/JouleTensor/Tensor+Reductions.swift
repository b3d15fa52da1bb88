import JouleAlgebra

// Reductions of all elements to a number. Sums are taken in Double, whatever the scalar type.
extension Tensor {
  /// The sum; 0 of an empty tensor.
  public func sum() -> Scalar { Scalar(VectorKernels.best.sum(elements.span)) }

  /// The mean; NaN of an empty tensor.
  public func mean() -> Scalar { Scalar(VectorKernels.best.sum(elements.span) / Double(count)) }

  /// The largest element; −∞ of an empty tensor, NaN where there is one.
  public func max() -> Scalar { VectorKernels.best.maximum(elements.span) }

  /// The smallest element; +∞ of an empty tensor, NaN where there is one.
  public func min() -> Scalar { VectorKernels.best.minimum(elements.span) }

  /// Σᵢ xᵢ yᵢ, summed in the scalar type by BLAS.
  ///
  /// - Precondition: equal shapes.
  public func dot(_ other: Tensor) -> Scalar {
    requireSameShape(other, "dot")
    return BLAS.dot(elements.span, other.elements.span)
  }

  /// The place, in row-major order, of the first NaN or infinity; nil where all is finite.
  public var firstNonFinite: Int? { VectorKernels.best.firstNonFinite(elements.span) }

  /// Whether an element is NaN. Where all is finite, as it usually is, this costs a pass of a kernel.
  public var containsNaN: Bool {
    firstNonFinite.map { first in elements[first...].contains { $0.isNaN } } ?? false
  }

  /// The largest |x|; 0 of an empty tensor, NaN where there is one.
  public var largestMagnitude: Scalar { VectorKernels.best.largestMagnitude(elements.span) }
}
