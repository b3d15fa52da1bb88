public import JouleAlgebra

// Every elementwise operation on two tensors comes through here.
extension Tensor {
  /// self ← f(self, other), in place, without allocation.
  ///
  ///     x.apply(.subtract, x.mean(along: 0))       // centres the columns of x
  ///
  /// - Parameter other: of the same shape, or one that broadcasts onto it: a row `[n]` or `[1, n]`
  ///   onto `[m, n]`, a column `[m, 1]` onto `[m, n]`, trailing axes `[b, c]` onto `[a, b, c]`,
  ///   leading ones `[a, 1, 1]`, a single element onto anything. If it is the tensor itself, that is
  ///   copied first.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func apply(_ function: BinaryFunction, _ other: Tensor) {
    guard let broadcast = Broadcast(other.shape, onto: shape) else {
      preconditionFailure(
        "\(function): shape \(other.shape) does not broadcast onto shape \(shape)")
    }
    if count == 0 { return }
    let kernels = VectorKernels.best
    switch broadcast {
    case .same:
      kernels.combine(function, inPlace: elements.mutableSpan, other.elements.span)
    case .scalar:
      kernels.combine(function, inPlace: elements.mutableSpan, scalar: other.elements[0])
    case .row:
      kernels.combineRows(function, inPlace: elements.mutableSpan, row: other.elements.span)
    case .column:
      kernels.combineColumns(function, inPlace: elements.mutableSpan, column: other.elements.span)
    }
  }

  /// self ← f(self, value), in place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func apply(_ function: BinaryFunction, _ value: Scalar) {
    VectorKernels.best.combine(function, inPlace: elements.mutableSpan, scalar: value)
  }

  /// destination ← f(left, right), where the smaller broadcasts onto the larger, whichever it is.
  ///
  /// - Parameter destination: of the larger shape, overwritten. If it is also an operand, that is
  ///   copied first; `left.apply(function, right)` works in place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func apply(
    _ function: BinaryFunction, _ left: Tensor, _ right: Tensor, into destination: inout Tensor
  ) {
    let rightIsSmaller = Broadcast(right.shape, onto: left.shape) != nil
    let larger = rightIsSmaller ? left : right
    precondition(
      destination.shape == larger.shape,
      "\(function): shapes \(left.shape) and \(right.shape) into shape \(destination.shape)")
    let kernels = VectorKernels.best
    if left.shape == right.shape {
      kernels.combine(
        function, left.elements.span, right.elements.span, into: destination.elements.mutableSpan)
    } else if rightIsSmaller && right.count == 1 {
      kernels.combine(
        function, left.elements.span, scalar: right.elements[0],
        into: destination.elements.mutableSpan)
    } else {
      destination.assign(larger)
      destination.apply(
        rightIsSmaller ? function : function.exchanged, rightIsSmaller ? right : left)
    }
  }

  /// Takes over the elements of a tensor of the same shape, in storage that this tensor already has.
  ///
  /// Plain assignment `a = b` shares b's storage instead, and the next change of either copies.
  ///
  /// - Precondition: equal shapes.
  public mutating func assign(_ other: Tensor) {
    requireSameShape(other, "assign")
    elements.replaceSubrange(0..<count, with: other.elements)
  }

  /// f(left, right) in a new tensor.
  static func combined(_ function: BinaryFunction, _ left: Tensor, _ right: Tensor) -> Tensor {
    let rightIsSmaller =
      Broadcast(right.shape, onto: left.shape) != nil
      || Broadcast(left.shape, onto: right.shape) == nil
    var result = rightIsSmaller ? left : right
    result.apply(rightIsSmaller ? function : function.exchanged, rightIsSmaller ? right : left)
    return result
  }

  func requireSameShape(_ other: Tensor, _ operation: @autoclosure () -> String) {
    precondition(
      shape == other.shape, "\(operation()): shapes \(shape) and \(other.shape) must be equal")
  }
}

extension BinaryFunction {
  /// The function with its arguments exchanged: f(y, x).
  var exchanged: BinaryFunction {
    switch self {
    case .add, .multiply, .minimum, .maximum: self
    case .subtract: .subtractFrom
    case .subtractFrom: .subtract
    case .divide: .divideInto
    case .divideInto: .divide
    }
  }
}
