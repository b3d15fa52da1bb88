import JouleTensor

/// x + y.
struct Add<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    storage.combined(.add, inputs[0], inputs[1])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    zip(call.inputs, call.isWanted).map { $1 ? call.cotangent.sum(to: $0.shape) : nil }
  }
}

/// x − y.
struct Subtract<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    storage.combined(.subtract, inputs[0], inputs[1])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [
      call.isWanted[0] ? call.cotangent.sum(to: call.inputs[0].shape) : nil,
      call.isWanted[1] ? -call.cotangent.sum(to: call.inputs[1].shape) : nil,
    ]
  }
}

/// x y.
struct Multiply<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    storage.combined(.multiply, inputs[0], inputs[1])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (x, y) = (call.inputs[0], call.inputs[1])
    return [
      call.isWanted[0] ? (call.cotangent * y).sum(to: x.shape) : nil,
      call.isWanted[1] ? (call.cotangent * x).sum(to: y.shape) : nil,
    ]
  }
}

/// x / y.
struct Divide<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    storage.combined(.divide, inputs[0], inputs[1])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (x, y) = (call.inputs[0], call.inputs[1])
    return [
      call.isWanted[0] ? (call.cotangent / y).sum(to: x.shape) : nil,
      call.isWanted[1] ? -(call.cotangent * call.output / y).sum(to: y.shape) : nil,
    ]
  }
}

/// a x + b for numbers a and b.
struct Scale<Scalar: TensorScalar>: Operation {
  let factor: Scalar
  let shift: Scalar

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    var result = storage.tensor(inputs[0].shape)
    if factor == -1 && shift == 0 {
      inputs[0].apply(.negate, into: &result)
      return result
    }
    result.assign(inputs[0])
    if factor != 1 { result *= factor }
    if shift != 0 { result += shift }
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [factor == 1 ? call.cotangent : call.cotangent * factor]
  }
}

extension Value {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func scaled(by factor: Scalar, plus shift: Scalar = 0) -> Value {
    Value.apply(Scale(factor: factor, shift: shift), to: [self])
  }

  /// The elementwise sum.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (left: Value, right: Value) -> Value {
    applyElementwise("+", Add(), left, right)
  }
  /// The elementwise difference.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (left: Value, right: Value) -> Value {
    applyElementwise("-", Subtract(), left, right)
  }
  /// The elementwise product.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (left: Value, right: Value) -> Value {
    applyElementwise("*", Multiply(), left, right)
  }
  /// The elementwise quotient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (left: Value, right: Value) -> Value {
    applyElementwise("/", Divide(), left, right)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (left: Value, right: Scalar) -> Value { left.scaled(by: 1, plus: right) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (left: Scalar, right: Value) -> Value { right.scaled(by: 1, plus: left) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (left: Value, right: Scalar) -> Value { left.scaled(by: 1, plus: -right) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (left: Scalar, right: Value) -> Value { right.scaled(by: -1, plus: left) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (left: Value, right: Scalar) -> Value { left.scaled(by: right) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (left: Scalar, right: Value) -> Value { right.scaled(by: left) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (left: Value, right: Scalar) -> Value { left.scaled(by: 1 / right) }
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func / (left: Scalar, right: Value) -> Value { right.reciprocal() * left }

  /// The value with every sign changed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static prefix func - (value: Value) -> Value { value.scaled(by: -1) }
}
