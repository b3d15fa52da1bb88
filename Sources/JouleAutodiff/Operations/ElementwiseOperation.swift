import JouleTensor

/// A function of one number, applied to every element.
///
/// A new one says which function it is and what its derivative is, in values.
protocol ElementwiseOperation<Scalar>: Operation {
  /// f.
  var function: UnaryFunction { get }

  /// f′(x), of x and y = f(x).
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar>
}

extension ElementwiseOperation {
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(inputs[0].shape)
    inputs[0].apply(function, into: &result)
    return result
  }

  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent * slope(at: call.inputs[0], call.output)]
  }
}
