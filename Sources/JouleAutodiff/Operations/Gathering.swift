import JouleTensor

/// Some rows in the order given.
struct RowGathering<Scalar: TensorScalar>: Operation {
  let indices: [Int]

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor([indices.count] + inputs[0].shape[1...])
    inputs[0].rows(at: indices[...], into: &result)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.sumOfRows(at: indices, count: call.inputs[0].shape[0])]
  }
}

/// Rows added up at the places given: the transpose of ``RowGathering``.
struct RowScattering<Scalar: TensorScalar>: Operation {
  let indices: [Int]
  let count: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor([count] + inputs[0].shape[1...], filledWith: 0)
    result.addRows(at: indices, from: inputs[0])
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.rows(at: indices)]
  }
}

extension Value {
  /// Some rows in the order given; an index may come more than once: `[m, n]` → `[indices.count, n]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rows(at indices: [Int]) -> Value {
    guard rank > 0, indices.allSatisfy({ $0 >= 0 && $0 < shape[0] }) else {
      stopOnShape("rows(at:)", shape, need: "indices of its rows, got \(indices.prefix(8))")
    }
    return Value.apply(RowGathering(indices: indices), to: [self])
  }

  /// Rows added up where the indices say: row i of the result is the sum of the rows whose index is i.
  ///
  /// - Parameters:
  ///   - indices: one a row.
  ///   - count: the number of rows of the result, `[count, n]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sumOfRows(at indices: [Int], count: Int) -> Value {
    guard rank > 0, indices.count == shape[0], indices.allSatisfy({ $0 >= 0 && $0 < count })
    else {
      stopOnShape(
        "sumOfRows(at:count:)", shape,
        need: "an index below \(count) for each row, got \(indices.count): \(indices.prefix(8))")
    }
    return Value.apply(RowScattering(indices: indices, count: count), to: [self])
  }
}
