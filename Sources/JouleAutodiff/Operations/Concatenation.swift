import JouleTensor

/// Values one after another along an axis; the derivative is sliced.
struct Concatenation<Scalar: TensorScalar>: Operation {
  let axis: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var shape = inputs[0].shape
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    var result = storage.tensor(shape)
    var start = 0
    for input in inputs {
      let end = start + input.shape[axis]
      result.assign(input, to: start..<end, along: axis)
      start = end
    }
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    var start = 0
    return zip(call.inputs, call.isWanted).map { input, isWanted in
      let range = start..<start + input.shape[axis]
      start = range.upperBound
      return isWanted ? call.cotangent.slice(range, along: axis) : nil
    }
  }
}

extension Value {
  /// Values one after another along an axis that they have: `[m, a]`, `[m, b]` → `[m, a + b]` along 1.
  ///
  /// - Precondition: at least one value; shapes are equal except along the axis.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(concatenating values: [Value], along axis: Int = 0) {
    guard let first = values.first else {
      preconditionFailure("concatenating needs at least one value, got none")
    }
    let name = "concatenating along axis \(axis)"
    for value in values {
      guard axis >= 0, axis < first.rank, value.rank == first.rank,
        zip(value.shape, first.shape).enumerated().allSatisfy({
          $0.offset == axis || $0.element.0 == $0.element.1
        })
      else {
        stopOnShapes(name, first.shape, value.shape, need: "shapes equal except along that axis")
      }
    }
    self = values.count == 1 ? first : Value.apply(Concatenation(axis: axis), to: values)
  }
}
