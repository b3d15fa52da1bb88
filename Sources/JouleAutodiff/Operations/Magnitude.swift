import JouleTensor

/// −1, 0 or 1, with derivative 0.
struct Sign<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(inputs[0].shape)
    inputs[0].apply(.sign, into: &result)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] { [nil] }
}

/// |x|, with derivative sign x: 0 at 0.
struct Magnitude<Scalar: TensorScalar>: ElementwiseOperation {
  var function: UnaryFunction { .abs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func slope(at x: Value<Scalar>, _ y: Value<Scalar>) -> Value<Scalar> { x.sign() }
}

extension Value {
  /// −1, 0 or 1 for every element; no derivative passes through.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sign() -> Value { Value.apply(Sign(), to: [self]) }

  /// The magnitude of every element; its derivative at 0 is 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func abs() -> Value { Value.apply(Magnitude(), to: [self]) }
}
