extension Tensor {
  /// The same numbers in another scalar type, each rounded to the nearest.
  @specialized(where Scalar == Float, Other == Float)
  @specialized(where Scalar == Float, Other == Double)
  @specialized(where Scalar == Double, Other == Float)
  @specialized(where Scalar == Double, Other == Double)
  public init<Other: TensorScalar>(_ other: Tensor<Other>) {
    self.init(shape: other.shape, elements: other.elements.map { Scalar($0) })
  }

  /// Tensors of one shape side by side along a new first axis: n × `[a, b]` → `[n, a, b]`.
  ///
  /// - Precondition: at least one tensor; all shapes are equal.
  public init(stacking tensors: [Tensor]) {
    guard let first = tensors.first else {
      preconditionFailure("stacking needs at least one tensor, got none")
    }
    var elements: [Scalar] = []
    elements.reserveCapacity(tensors.count * first.count)
    for tensor in tensors {
      precondition(
        tensor.shape == first.shape,
        "stacking tensors of shapes \(first.shape) and \(tensor.shape)")
      elements += tensor.elements
    }
    self.init(shape: [tensors.count] + first.shape, elements: elements)
  }

  /// Tensors one after another along an axis that they have: `[a, n]`, `[b, n]` → `[a + b, n]` along 0.
  ///
  /// - Precondition: at least one tensor; shapes are equal except along the axis.
  public init(concatenating tensors: [Tensor], along axis: Int = 0) {
    guard let first = tensors.first else {
      preconditionFailure("concatenating needs at least one tensor, got none")
    }
    let spans = tensors.map { tensor in
      var expected = tensor.shape
      let span = tensor.axisSpan(axis)
      if first.rank == tensor.rank { expected[axis] = first.shape[axis] }
      precondition(
        expected == first.shape,
        "concatenating shapes \(first.shape) and \(tensor.shape) along axis \(axis)")
      return span
    }
    var shape = first.shape
    shape[axis] = spans.reduce(0) { $0 + $1.length }
    var elements: [Scalar] = []
    elements.reserveCapacity(Self.count(of: shape))
    for outer in 0..<first.axisSpan(axis).outer {
      for (tensor, span) in zip(tensors, spans) {
        let length = span.length * span.inner
        elements += tensor.elements[outer * length..<(outer + 1) * length]
      }
    }
    self.init(shape: shape, elements: elements)
  }
}
