import JouleAlgebra

// Reductions along one axis: [m, n] → [n] along 0, [m] along 1. With `keepingAxis` the axis stays with
// length 1, [1, n] or [m, 1], and the result broadcasts back onto the tensor:
//
//     let p = (x - x.logSumExp(along: 1, keepingAxis: true)).exp()       // softmax of every row
extension Tensor {
  /// Sums along an axis, taken in Double; 0 along an axis of length 0.
  public func sum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    let span = axisSpan(axis)
    guard span.inner == 1 else {
      return reduced(axis, keepingAxis, columnSums(span, scale: 1))
    }
    return reduced(axis, keepingAxis) { VectorKernels.best.sum($0) }
  }

  /// Means along an axis, taken in Double; NaN along an axis of length 0.
  public func mean(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    let span = axisSpan(axis)
    let length = Double(span.length)
    guard span.inner == 1 else {
      return reduced(axis, keepingAxis, columnSums(span, scale: length))
    }
    return reduced(axis, keepingAxis) { VectorKernels.best.sum($0) / length }
  }

  /// The largest elements along an axis; −∞ along an axis of length 0, NaN where there is one.
  public func max(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    movingAxisToEnd(axis).reduced(axis, keepingAxis, of: self) {
      Double(VectorKernels.best.maximum($0))
    }
  }

  /// The smallest elements along an axis; +∞ along an axis of length 0, NaN where there is one.
  public func min(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    movingAxisToEnd(axis).reduced(axis, keepingAxis, of: self) {
      Double(VectorKernels.best.minimum($0))
    }
  }

  /// log Σ exp(x) along an axis, summed in Double after the maximum is taken out.
  ///
  /// Nothing overflows; −∞ where every element is −∞ or the axis has length 0, +∞ where one is +∞.
  public func logSumExp(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    movingAxisToEnd(axis).reduced(axis, keepingAxis, of: self) {
      VectorKernels.best.logSumExp($0)
    }
  }

  /// Variances along an axis, in two passes: Σ (x − mean)² / (n − correction), taken in Double.
  ///
  /// - Parameter correction: 0 for the variance of the numbers, 1 for the unbiased estimate from a
  ///   sample. NaN where n ≤ correction.
  public func variance(
    along axis: Int, correction: Int = 0, keepingAxis: Bool = false
  ) -> Tensor {
    let length = Double(axisSpan(axis).length)
    return movingAxisToEnd(axis).reduced(axis, keepingAxis, of: self) { lane in
      guard length > Double(correction) else { return .nan }
      let mean = VectorKernels.best.sum(lane) / length
      return VectorKernels.best.sumOfSquares(lane, around: mean)
        / (length - Double(correction))
    }
  }

  /// The index along an axis of the largest element, the first of equals, in row-major order of the
  /// remaining axes. A NaN counts as larger than all.
  ///
  /// - Returns: for `[m, n]`: m indices along 1, n indices along 0.
  /// - Precondition: the axis does not have length 0.
  public func argmax(along axis: Int) -> [Int] {
    precondition(axisSpan(axis).length > 0, "argmax along axis \(axis) of shape \(shape)")
    return movingAxisToEnd(axis).lastAxisArgmax()
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func lastAxisArgmax() -> [Int] {
    let length = shape[rank - 1]
    return stride(from: 0, to: count, by: length).map { start in
      var best = start
      for index in start..<start + length where !(elements[index] <= elements[best]) {
        best = index
        if elements[index].isNaN { break }
      }
      return best - start
    }
  }

  /// Sums along an axis with others inside it, divided by `scale`: a pass over the rows in order.
  private func columnSums(
    _ span: (outer: Int, length: Int, inner: Int), scale: Double
  ) -> [Scalar] {
    var result: [Scalar] = []
    result.reserveCapacity(span.outer * span.inner)
    var sums = [Double](repeating: 0, count: span.inner)
    let block = span.length * span.inner
    for outer in 0..<span.outer {
      VectorKernels.best.columnSums(
        elements.span.extracting(outer * block..<(outer + 1) * block), into: sums.mutableSpan)
      Self.append(sums, scale: scale, to: &result)
    }
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func append(_ sums: [Double], scale: Double, to result: inout [Scalar]) {
    for sum in sums { result.append(Scalar(sum / scale)) }
  }
}

extension Tensor {
  /// Reduces every lane along the last axis of this tensor, which is `original` (itself where nil) with
  /// `axis` moved to the end.
  private func reduced(
    _ axis: Int, _ keepingAxis: Bool, of original: Tensor? = nil,
    _ reduce: (Span<Scalar>) -> Double
  ) -> Tensor {
    let span = (original ?? self).axisSpan(axis)
    let lanes = (0..<span.outer * span.inner).map { lane in
      Scalar(reduce(elements.span.extracting(lane * span.length..<(lane + 1) * span.length)))
    }
    return (original ?? self).reduced(axis, keepingAxis, lanes)
  }

  /// The reduced elements in their shape.
  private func reduced(_ axis: Int, _ keepingAxis: Bool, _ elements: [Scalar]) -> Tensor {
    var reducedShape = shape
    if keepingAxis { reducedShape[axis] = 1 } else { reducedShape.remove(at: axis) }
    return Tensor(shape: reducedShape, elements: elements)
  }
}
