import JouleTensor

/// log |det A|; its derivative is A⁻ᵀ.
struct LogAbsDeterminant<Scalar: TensorScalar>: Operation {
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0].mapMatrices(storage, to: []) { matrix, _ in
      Tensor(shape: [], elements: [Scalar(try matrix.logAbsDeterminant().value)])
    }
  }

  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let a = call.inputs[0]
    let order = a.shape[a.rank - 1]
    let identity = a.tape.value(Tensor.identity(order)).broadcast(to: a.shape)
    let inverse = Value.apply(LinearSolution(isTransposed: true), to: [a, identity])
    let weights =
      a.rank == 2 ? call.cotangent : call.cotangent.reshaped(to: [a.shape[0], 1, 1])
    return [inverse * weights]
  }
}

extension Value {
  /// log |det A| of a square matrix, of rank 0, or of each of a batch, `[batch]`.
  ///
  /// −∞ for a singular matrix.
  public func logAbsDeterminant() -> Value {
    requireSquareMatrices("logAbsDeterminant")
    return Value.apply(LogAbsDeterminant(), to: [self])
  }
}
