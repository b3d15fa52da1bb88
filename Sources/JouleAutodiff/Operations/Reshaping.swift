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

/// The transposes of matrices: the last two axes change places.
struct Transposition<Scalar: TensorScalar>: Operation {
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    if inputs[0].rank == 2 { return inputs[0].transposed() }
    return inputs[0].mapMatrices(storage, to: inputs[0].shape.suffix(2).reversed()) { matrix, _ in
      matrix.transposed()
    }
  }

  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent.matricesTransposed()]
  }
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
  public func transposed() -> Value {
    guard rank == 2 else { stopOnShape("transposed", shape, need: "a matrix") }
    return matricesTransposed()
  }

  /// The transpose of a matrix or of every matrix of a batch: `[batch, m, n]` → `[batch, n, m]`.
  public func matricesTransposed() -> Value {
    guard rank == 2 || rank == 3 else {
      stopOnShape("matricesTransposed", shape, need: "[m, n] or [batch, m, n]")
    }
    return Value.apply(Transposition(), to: [self])
  }
}
