import JouleTensor

/// A function of every element that was computed together with its derivative, because they share an exponential:
/// what costs most of either is done once, and the way back is a product.
struct SlopedFunction<Scalar: TensorScalar>: Operation {
  let function: UnaryFunction
  /// The node of f′(x).
  let slope: Int

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(inputs[0].shape)
    inputs[0].apply(function, into: &result)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent * Value(on: call.output.tape, index: slope)]
  }
}

extension Value {
  /// f of every element, with f′ on the tape before it.
  ///
  /// - Parameters:
  ///   - function: one that has a kernel with its slope.
  ///   - slope: f′ as an operation, for the second derivative.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func applySloped(_ function: UnaryFunction, slope: any Operation<Scalar>) -> Value {
    guard tape.isRecording else {
      return Value.apply(SlopedFunction(function: function, slope: index), to: [self])
    }
    let x = tensor
    var (result, derivative) = (tape.storage.tensor(x.shape), tape.storage.tensor(x.shape))
    x.apply(function, into: &result, slope: &derivative)
    let node = tape.append(derivative, of: slope, [index])
    return tape.append(result, of: SlopedFunction(function: function, slope: node.index), [index])
  }
}
