public import JouleAlgebra

/// An operation on two numbers, as the vector kernels name it.
public typealias BinaryOperation = BinaryFunction

// Every elementwise operation on two tensors comes through here.
extension Tensor {
  /// self ← f(self, other), in place.
  ///
  /// - Parameter other: of the same shape, or one that broadcasts onto it: a row `[n]` or `[1, n]`
  ///   onto `[m, n]`, a column `[m, 1]` onto `[m, n]`, trailing axes `[b, c]` onto `[a, b, c]`,
  ///   leading ones `[a, 1, 1]`, a single element onto anything.
  public mutating func apply(_ operation: BinaryOperation, _ other: Tensor) {
    let broadcast = broadcast(of: other, operation)
    if count == 0 { return }
    let kernels = VectorKernels.best
    guard let block = blockLength(other, broadcast) else {
      let expanded = other.expandedElements(broadcast, toCount: count)
      kernels.apply(operation, elements.mutableSpan, expanded.span)
      return
    }
    for start in stride(from: 0, to: count, by: block) {
      mutateElements(start..<start + block) { place in
        switch broadcast {
        case .same, .tiled: kernels.apply(operation, place, other.elements.span)
        case .scalar, .spread: kernels.apply(operation, place, other.elements[start / block])
        }
      }
    }
  }

  /// self ← f(self, value), in place.
  public mutating func apply(_ operation: BinaryOperation, _ value: Scalar) {
    VectorKernels.best.apply(operation, elements.mutableSpan, value)
  }

  /// self ← f(value, self), in place.
  public mutating func apply(_ operation: BinaryOperation, from value: Scalar) {
    VectorKernels.best.apply(operation, value, elements.mutableSpan)
  }

  /// destination ← f(left, right), where the smaller broadcasts onto the larger, whichever it is.
  ///
  /// - Parameter destination: of the larger shape, overwritten. Nothing is allocated, unless an operand
  ///   broadcasts in blocks of fewer than 16 elements.
  public static func apply(
    _ operation: BinaryOperation, _ left: Tensor, _ right: Tensor, into destination: inout Tensor
  ) {
    let rightIsSmaller = Broadcast(right.shape, onto: left.shape) != nil
    let (small, large) = rightIsSmaller ? (right, left) : (left, right)
    let broadcast = large.broadcast(of: small, operation)
    precondition(
      destination.shape == large.shape,
      "\(operation): shapes \(left.shape) and \(right.shape) into shape \(destination.shape)")
    if large.count == 0 { return }
    let kernels = VectorKernels.best
    guard let block = large.blockLength(small, broadcast) else {
      let expanded = small.expandedElements(broadcast, toCount: large.count)
      let (a, b) =
        rightIsSmaller
        ? (large.elements.span, expanded.span) : (expanded.span, large.elements.span)
      kernels.apply(operation, a, b, into: destination.elements.mutableSpan)
      return
    }
    for start in stride(from: 0, to: large.count, by: block) {
      let x = large.elements.span.extracting(start..<start + block)
      destination.mutateElements(start..<start + block) { place in
        switch (broadcast, rightIsSmaller) {
        case (.same, true), (.tiled, true):
          kernels.apply(operation, x, small.elements.span, into: place)
        case (.same, false), (.tiled, false):
          kernels.apply(operation, small.elements.span, x, into: place)
        case (.scalar, true), (.spread, true):
          kernels.apply(operation, x, small.elements[start / block], into: place)
        case (.scalar, false), (.spread, false):
          kernels.apply(operation, small.elements[start / block], x, into: place)
        }
      }
    }
  }

  /// Lends consecutive elements to be changed in place.
  private mutating func mutateElements(
    _ range: Range<Int>, _ body: (consuming MutableSpan<Scalar>) -> Void
  ) {
    var whole = elements.mutableSpan
    // The standard library of Swift 6.3 deprecates `extracting` for this spelling; the underscore can
    // go when it settles on one.
    body(whole._mutatingExtracting(range))
  }

  /// f(left, right) in a new tensor.
  static func combined(_ operation: BinaryOperation, _ left: Tensor, _ right: Tensor) -> Tensor {
    if Broadcast(right.shape, onto: left.shape) != nil {
      var result = left
      result.apply(operation, right)
      return result
    }
    var result = Tensor(zeros: right.shape)
    apply(operation, left, right, into: &result)
    return result
  }

  /// How many elements one kernel call takes; nil where calls would be so many and so short that
  /// writing the smaller operand out is faster.
  private func blockLength(_ small: Tensor, _ broadcast: Broadcast) -> Int? {
    switch broadcast {
    case .same, .scalar: count
    case .tiled: small.count >= 16 || small.count == count ? small.count : nil
    case .spread(let block): block >= 16 ? block : nil
    }
  }
}
