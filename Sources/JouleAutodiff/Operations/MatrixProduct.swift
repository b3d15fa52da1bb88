import JouleTensor

/// op(A) op(B), where op takes a matrix as it is or transposed.
struct MatrixProduct<Scalar: TensorScalar>: Operation {
  let left: Transpose
  let right: Transpose

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let rows = inputs[0].shape[left == .none ? 0 : 1]
    let columns = inputs[1].shape[right == .none ? 1 : 0]
    var result = storage.tensor([rows, columns])
    if left == .none {
      Tensor.multiplyRows(inputs[0], by: inputs[1], right, into: &result)
    } else if right == .none {
      Tensor.multiplyColumns(inputs[0], by: inputs[1], into: &result)
    } else {
      Tensor.multiply(inputs[0], left, inputs[1], right, into: &result)
    }
    return result
  }

  /// C = op(A) op(B):  Ā = C̄ op(B)ᵀ and B̄ = op(A)ᵀ C̄, transposed where A or B is.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (a, b, c) = (call.inputs[0], call.inputs[1], call.cotangent)
    let forLeft =
      left == .none
      ? { c.product(.none, b, right.exchanged) } : { b.product(right, c, .transposed) }
    let forRight =
      right == .none
      ? { a.product(left.exchanged, c, .none) } : { c.product(.transposed, a, left) }
    return [call.isWanted[0] ? forLeft() : nil, call.isWanted[1] ? forRight() : nil]
  }
}

/// x W + b: a product with a row added, in one pass.
struct AffineMap<Scalar: TensorScalar>: Operation {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    let (x, weights, bias) = (inputs[0], inputs[1], inputs[2])
    var result = storage.tensor([x.shape[0], weights.shape[1]])
    Tensor.multiplyRows(x, by: weights, adding: bias, into: &result)
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    let (x, weights, bias, y) = (call.inputs[0], call.inputs[1], call.inputs[2], call.cotangent)
    return [
      call.isWanted[0] ? y.product(.none, weights, .transposed) : nil,
      call.isWanted[1] ? x.product(.transposed, y, .none) : nil,
      call.isWanted[2] ? y.sum(to: bias.shape) : nil,
    ]
  }
}

extension Value {
  /// The product of two matrices, `[m, k]` and `[k, n]`: `[m, n]`.
  ///
  /// - Parameters:
  ///   - transposingSelf: takes `[k, m]` for self.
  ///   - transposingOther: takes `[n, k]` for other.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func matmul(
    _ other: Value, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Value {
    let (m, n) = (shape, other.shape)
    guard m.count == 2, n.count == 2, m[transposingSelf ? 0 : 1] == n[transposingOther ? 1 : 0]
    else { stopOnShapes("matmul", m, n, need: "[m, k] and [k, n]") }
    return product(
      transposingSelf ? .transposed : .none, other, transposingOther ? .transposed : .none)
  }

  /// x W + b of every row x.
  ///
  /// - Parameters:
  ///   - weights: W, `[inputs, outputs]`.
  ///   - bias: b, `[outputs]`.
  /// - Returns: `[batch, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func affine(_ weights: Value, _ bias: Value) -> Value {
    let (x, w, b) = (shape, weights.shape, bias.shape)
    guard x.count == 2, w.count == 2, x[1] == w[0] else {
      stopOnShapes("affine", x, w, need: "[batch, inputs] and [inputs, outputs]")
    }
    guard b == [w[1]] else { stopOnShapes("affine", w, b, need: "[inputs, outputs] and [outputs]") }
    return Value.apply(AffineMap(), to: [self, weights, bias])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func product(_ left: Transpose, _ other: Value, _ right: Transpose) -> Value {
    Value.apply(MatrixProduct(left: left, right: right), to: [self, other])
  }
}

extension Transpose {
  fileprivate var exchanged: Transpose { self == .none ? .transposed : .none }
}
