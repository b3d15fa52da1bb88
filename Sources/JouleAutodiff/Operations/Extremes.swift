import JouleTensor

/// The larger or the smaller of two values.
struct Extreme<Scalar: TensorScalar>: Operation {
  let isLargest: Bool

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    storage.combined(isLargest ? .maximum : .minimum, inputs[0], inputs[1])
  }

  /// The derivative goes to the one that was taken, half to each of equals.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (x, y) = (call.inputs[0], call.inputs[1])
    let lead = (x - y).sign() * (isLargest ? 0.5 : -0.5)
    return [
      call.isWanted[0] ? (call.cotangent * (0.5 + lead)).sum(to: x.shape) : nil,
      call.isWanted[1] ? (call.cotangent * (0.5 - lead)).sum(to: y.shape) : nil,
    ]
  }
}

/// The largest along an axis, which stays with length 1.
struct AxisMaximum<Scalar: TensorScalar>: Operation {
  let axis: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let x = inputs[0]
    if axis == x.rank - 1 { return x.max(along: axis, keepingAxis: true) }
    var shape = x.shape
    shape[axis] = 1
    var result = storage.tensor(shape)
    result.assign(.maximum, along: axis, of: x)
    return result
  }

  /// The derivative goes to the largest, in equal parts where there are equals.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let x = call.inputs[0]
    let length = x.shape[axis]
    let isLargest = 1 - (call.output.repeated(along: axis, count: length) - x).sign()
    let count = isLargest.sum(along: axis, keepingAxis: true)
    let share = call.cotangent / count
    return [share.repeated(along: axis, count: length) * isLargest]
  }
}

extension Value {
  /// The elementwise larger one; where they are equal, the derivative is shared.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func maximum(_ other: Value) -> Value {
    Value.applyElementwise("maximum", Extreme(isLargest: true), self, other)
  }

  /// The elementwise smaller one; where they are equal, the derivative is shared.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func minimum(_ other: Value) -> Value {
    Value.applyElementwise("minimum", Extreme(isLargest: false), self, other)
  }

  /// The largest element along an axis; equals share the derivative.
  ///
  /// - Precondition: the axis does not have length 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func max(along axis: Int, keepingAxis: Bool = false) -> Value {
    guard axis >= 0, axis < rank, shape[axis] > 0 else {
      stopOnShape("max(along: \(axis))", shape, need: "an axis with elements")
    }
    return reduced(AxisMaximum(axis: axis), "max(along: \(axis))", axis, keepingAxis)
  }

  /// The smallest element along an axis; equals share the derivative.
  ///
  /// - Precondition: the axis does not have length 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func min(along axis: Int, keepingAxis: Bool = false) -> Value {
    -(-self).max(along: axis, keepingAxis: keepingAxis)
  }
}
