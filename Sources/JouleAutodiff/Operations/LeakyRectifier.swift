import JouleTensor

/// x where x > 0, else a x, with derivative 1 or a; halfway between at 0.
struct LeakyRectifier<Scalar: TensorScalar>: Operation {
  /// a.
  let leak: Scalar

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(inputs[0].shape)
    result.assign(inputs[0])
    result *= leak
    // For a ≤ 1 the line that counts is the upper one on both sides.
    result.apply(.maximum, inputs[0])
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent * (call.inputs[0].sign() * ((1 - leak) / 2) + (1 + leak) / 2)]
  }
}

extension Value {
  /// x where it is positive and a x elsewhere, of every element x.
  ///
  /// The second derivative is zero: an energy of such units alone has no curvature, which exact score matching
  /// lives on.
  ///
  /// - Parameter leak: a, from 0 (the plain rectifier) to 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func leakyReLU(leak: Scalar = 0.2) -> Value {
    precondition(leak >= 0 && leak <= 1, "a leak is between 0 and 1, got \(leak)")
    return Value.apply(LeakyRectifier(leak: leak), to: [self])
  }
}
