import JouleTensor

/// The same elements in another shape.
struct Reshape<Scalar: TensorScalar>: Operation {
  let shape: [Int]

  var sharesStorage: Bool { true }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].reshaped(to: shape)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.reshaped(to: call.inputs[0].shape)]
  }
}

/// The transpose of a matrix.
struct Transposition<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].transposed()
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] { [call.cotangent.transposed()] }
}

extension Value {
  /// The same elements in another shape.
  ///
  /// - Precondition: the shapes have equally many elements.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reshaped(to shape: [Int]) -> Value {
    if self.shape == shape { return self }
    guard shape.reduce(1, *) == count else {
      stopOnShapes("reshaped", self.shape, shape, need: "equally many elements")
    }
    return Value.apply(Reshape(shape: shape), to: [self])
  }

  /// The transpose of a matrix: `[m, n]` → `[n, m]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposed() -> Value {
    guard rank == 2 else { stopOnShape("transposed", shape, need: "a matrix") }
    return Value.apply(Transposition(), to: [self])
  }
}
