import JouleTensor

/// Sums along an axis, which stays with length 1.
struct AxisSum<Scalar: TensorScalar>: Operation {
  let axis: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].sum(along: axis, keepingAxis: true)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.repeated(along: axis, count: call.inputs[0].shape[axis])]
  }
}

/// Repeats along an axis of length 1: the transpose of ``AxisSum``.
struct AxisRepetition<Scalar: TensorScalar>: Operation {
  let axis: Int
  let count: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let x = inputs[0]
    var shape = x.shape
    shape[axis] = count
    var result = storage.tensor(shape, filledWith: 0)
    let blocks = shape[..<axis].reduce(1, *)
    // Each block of what follows the axis meets the rows of its own repetitions.
    if blocks == 1 || axis == shape.count - 1 {
      result += x
      return result
    }
    let inner = x.count / blocks
    result.reshape(to: [blocks * count, inner])
    let rows = x.reshaped(to: [blocks, inner])
    for row in 0..<blocks * count { result.assignRow(row, from: rows, row: row / count) }
    result.reshape(to: shape)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.sum(along: axis, keepingAxis: true)]
  }
}

/// log Σ exp(x) along an axis, which stays with length 1; its derivative is the softmax.
struct LogSumExp<Scalar: TensorScalar>: Operation {
  let axis: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].logSumExp(along: axis, keepingAxis: true)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let x = call.inputs[0]
    let length = x.shape[axis]
    let softmax = (x - call.output.repeated(along: axis, count: length)).exp()
    return [call.cotangent.repeated(along: axis, count: length) * softmax]
  }
}

extension Value {
  /// The sum of all elements, of rank 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum() -> Value { sum(to: []) }

  /// The mean of all elements, of rank 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func mean() -> Value { sum() / Scalar(count) }

  /// Sums along an axis.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(along axis: Int, keepingAxis: Bool = false) -> Value {
    reduced(AxisSum(axis: axis), "sum(along: \(axis))", axis, keepingAxis)
  }

  /// Means along an axis.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func mean(along axis: Int, keepingAxis: Bool = false) -> Value {
    sum(along: axis, keepingAxis: keepingAxis) / Scalar(shape[axis])
  }

  /// log Σ exp(x) along an axis, without overflow.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func logSumExp(along axis: Int, keepingAxis: Bool = false) -> Value {
    reduced(LogSumExp(axis: axis), "logSumExp(along: \(axis))", axis, keepingAxis)
  }

  /// The elements repeated along an axis of length 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func repeated(along axis: Int, count: Int) -> Value {
    guard axis >= 0, axis < rank, shape[axis] == 1 else {
      stopOnShape("repeated(along: \(axis))", shape, need: "length 1 along that axis")
    }
    return count == 1 ? self : Value.apply(AxisRepetition(axis: axis, count: count), to: [self])
  }

  func reduced(
    _ operation: any Operation<Scalar>, _ name: String, _ axis: Int, _ keepingAxis: Bool
  ) -> Value {
    guard axis >= 0, axis < rank else { stopOnShape(name, shape, need: "an axis that is there") }
    let kept = Value.apply(operation, to: [self])
    if keepingAxis { return kept }
    var shape = kept.shape
    shape.remove(at: axis)
    return kept.reshaped(to: shape)
  }
}
