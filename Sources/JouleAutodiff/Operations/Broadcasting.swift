import JouleTensor

/// Repeats a tensor to a larger shape that it broadcasts onto.
struct BroadcastTo<Scalar: TensorScalar>: Operation {
  let shape: [Int]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(shape, filledWith: 0)
    result += inputs[0]
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.sum(to: call.inputs[0].shape)]
  }
}

/// Sums a tensor down to a smaller shape that broadcasts onto it: the transpose of ``BroadcastTo``.
struct SumTo<Scalar: TensorScalar>: Operation {
  let shape: [Int]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let (x, count) = (inputs[0], shape.reduce(1, *))
    if count == 1 { return Tensor(shape: shape, elements: [Scalar(x.sum())]) }
    guard count > 0 else { return Tensor(zeros: shape) }
    switch Broadcast(shape, onto: x.shape) {
    case .column:
      return x.reshaped(to: [count, x.count / count]).sum(along: 1).reshaped(to: shape)
    default:
      return x.reshaped(to: [x.count / count, count]).sum(along: 0).reshaped(to: shape)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.broadcast(to: call.inputs[0].shape)]
  }
}

extension Value {
  /// The value repeated to a larger shape, as it is when it meets a tensor of that shape in arithmetic.
  ///
  /// - Precondition: the shape broadcasts: a row, a column, a single element, trailing axes.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func broadcast(to shape: [Int]) -> Value {
    if self.shape == shape { return self }
    guard Broadcast(self.shape, onto: shape) != nil else {
      stopOnShapes("broadcast", self.shape, shape)
    }
    return Value.apply(BroadcastTo(shape: shape), to: [self])
  }

  /// The sums over all places that a tensor of a smaller shape meets when it broadcasts onto this one.
  ///
  /// - Precondition: the shape broadcasts onto this value's.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(to shape: [Int]) -> Value {
    if self.shape == shape { return self }
    guard Broadcast(shape, onto: self.shape) != nil else {
      stopOnShapes("sum(to:)", self.shape, shape)
    }
    return Value.apply(SumTo(shape: shape), to: [self])
  }

  /// An elementwise operation on two values of shapes that broadcast.
  static func applyElementwise(
    _ name: String, _ operation: any Operation<Scalar>, _ left: Value, _ right: Value
  ) -> Value {
    let (leftShape, rightShape) = (left.shape, right.shape)
    guard
      Broadcast(rightShape, onto: leftShape) != nil || Broadcast(leftShape, onto: rightShape) != nil
    else { stopOnShapes(name, leftShape, rightShape) }
    return apply(operation, to: [left, right])
  }
}

extension TapeStorage {
  /// f(left, right) where the smaller broadcasts onto the larger.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func combined(
    _ function: BinaryFunction, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let isRightSmaller = Broadcast(right.shape, onto: left.shape) != nil
    var result = tensor(isRightSmaller ? left.shape : right.shape)
    Tensor.apply(function, left, right, into: &result)
    return result
  }
}
