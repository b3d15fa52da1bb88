import JouleTensor

/// A range of an axis.
struct AxisSlice<Scalar: TensorScalar>: Operation {
  let axis: Int
  let range: Range<Int>

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var shape = inputs[0].shape
    shape[axis] = range.count
    var result = storage.tensor(shape)
    result.assign(range, along: axis, of: inputs[0])
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let length = call.inputs[0].shape[axis]
    return [
      call.cotangent.padded(
        along: axis, before: range.lowerBound, after: length - range.upperBound)
    ]
  }
}

/// Zeros before and after along an axis: the transpose of ``AxisSlice``.
struct AxisPadding<Scalar: TensorScalar>: Operation {
  let axis: Int
  let before: Int
  let after: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let length = inputs[0].shape[axis]
    var shape = inputs[0].shape
    shape[axis] += before + after
    var result = storage.tensor(shape, filledWith: 0)
    result.assign(inputs[0], to: before..<before + length, along: axis)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.slice(before..<before + call.inputs[0].shape[axis], along: axis)]
  }
}

extension Value {
  /// A range of an axis: `[m, n]` → `[m, range.count]` along 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func slice(_ range: Range<Int>, along axis: Int) -> Value {
    guard axis >= 0, axis < rank, range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      stopOnShape("slice(\(range), along: \(axis))", shape, need: "a range within that axis")
    }
    if range.count == shape[axis] { return self }
    return Value.apply(AxisSlice(axis: axis, range: range), to: [self])
  }

  /// Consecutive rows: `[m, n]` → `[rows.count, n]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rows(_ rows: Range<Int>) -> Value { slice(rows, along: 0) }

  /// Consecutive columns: `[m, n]` → `[m, columns.count]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func columns(_ columns: Range<Int>) -> Value { slice(columns, along: 1) }

  /// Zeros put before and after along an axis: `[m, n]` → `[m, before + n + after]` along 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func padded(along axis: Int, before: Int, after: Int) -> Value {
    guard axis >= 0, axis < rank, before >= 0, after >= 0 else {
      stopOnShape(
        "padded(along: \(axis), before: \(before), after: \(after))", shape,
        need: "an axis that is there and no negative number")
    }
    if before + after == 0 { return self }
    return Value.apply(AxisPadding(axis: axis, before: before, after: after), to: [self])
  }
}
