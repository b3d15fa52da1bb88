public import JouleAlgebra

// Pieces of tensors, copied into storage that is there: windows of pictures, ranges along an axis, sums of rows.
extension Tensor {
  /// The elements of every window over pictures `[batch, height, width, channels]`, into `patches`
  /// `[batch, outputHeight, outputWidth, windowHeight · windowWidth · channels]`, overwritten.
  public func patches(_ windows: ImageWindows, into patches: inout Tensor) {
    VectorKernels.best.patches(of: elements.span, windows, into: patches.elements.mutableSpan)
  }

  /// Adds the elements of every window to the pictures, which this tensor is: the transpose of `patches`.
  public mutating func addPatches(_ patches: Tensor, _ windows: ImageWindows) {
    VectorKernels.best.addPatches(patches.elements.span, windows, to: elements.mutableSpan)
  }

  /// self ← a range of another tensor along an axis.
  ///
  /// - Precondition: shapes are equal except along the axis.
  package mutating func assign(_ range: Range<Int>, along axis: Int, of source: Tensor) {
    copyColumns(
      range.count, along: axis, from: source, at: range.lowerBound, to: 0)
  }

  /// A range of self along an axis ← another tensor.
  ///
  /// - Precondition: shapes are equal except along the axis.
  package mutating func assign(_ source: Tensor, to range: Range<Int>, along axis: Int) {
    copyColumns(range.count, along: axis, from: source, at: 0, to: range.lowerBound)
  }

  private mutating func copyColumns(
    _ count: Int, along axis: Int, from source: Tensor, at start: Int, to target: Int
  ) {
    let (own, other) = (axisSpan(axis), source.axisSpan(axis))
    precondition(
      own.outer == other.outer && own.inner == other.inner,
      "shapes \(shape) and \(source.shape) differ beside axis \(axis)")
    VectorKernels.best.copyColumns(
      rows: own.outer, count: count * own.inner, of: source.elements.span,
      columns: other.length * other.inner, from: start * own.inner, to: elements.mutableSpan,
      columns: own.length * own.inner, at: target * own.inner)
  }

  /// self ← the largest, or whatever the function says, of all elements along an axis of another tensor.
  ///
  /// - Precondition: shapes are equal, but that self has length 1 along the axis and the other at least 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func assign(_ function: BinaryFunction, along axis: Int, of source: Tensor) {
    let span = source.axisSpan(axis)
    assign(0..<1, along: axis, of: source)
    var result = elements.mutableSpan
    for outer in 0..<span.outer {
      for place in 1..<Swift.max(span.length, 1) {
        let start = (outer * span.length + place) * span.inner
        VectorKernels.best.combine(
          function,
          inPlace: result._mutatingExtracting(outer * span.inner..<(outer + 1) * span.inner),
          source.elements.span.extracting(start..<start + span.inner))
      }
    }
  }

  /// Adds rows of another tensor to some of this one; an index may come more than once.
  ///
  /// - Precondition: as many indices as `source` has rows, each within this tensor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func addRows(at indices: [Int], from source: Tensor) {
    let length = shape[1...].reduce(1, *)
    precondition(
      source.shape == [indices.count] + shape[1...],
      "\(indices.count) rows of shape \(source.shape) to add to shape \(shape)")
    var result = elements.mutableSpan
    for (row, index) in indices.enumerated() {
      VectorKernels.best.combine(
        .add, inPlace: result._mutatingExtracting(index * length..<(index + 1) * length),
        source.elements.span.extracting(row * length..<(row + 1) * length))
    }
  }
}
