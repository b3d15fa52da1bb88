// [begin: gradient]
import JouleAutodiff
import JouleTensor

/// Σ exp(−‖x‖²/2) over rows: a function of values, `[batch, n]` to `[batch]`.
func bell(_ x: Value<Double>) -> Value<Double> {
  (x.squared().sum(along: 1) * -0.5).exp()
}

/// Its value and gradient at two points of the plane.
func slopeOfTheBell() -> (value: Tensor<Double>, gradient: Tensor<Double>) {
  Autodiff.valueAndGradient(at: Tensor([[0, 0], [1, 0]]), of: bell)
}
// [end: gradient]

// [begin: second]
/// H v, the Hessian at a point times a direction, without the Hessian.
func curvatureOfTheBell(along direction: Tensor<Double>) -> Tensor<Double> {
  Autodiff.hessianVectorProduct(at: Tensor([[0, 0]]), along: direction, of: bell)
}

/// J v: how a network's outputs move as its input moves along v.
func pushed(_ direction: Tensor<Double>, through weights: Tensor<Double>) -> Tensor<Double> {
  Autodiff.jacobianVectorProduct(at: Tensor(zeros: [1, 2]), along: direction) { x in
    x.matmul(x.tape.value(weights)).tanh()
  }
}
// [end: second]

// [begin: tape]
/// The Laplacian of the bell at every point: derivatives of derivatives, on a tape of one's own.
func laplacianOfTheBell(at points: Tensor<Double>) -> Tensor<Double> {
  let tape = Tape<Double>()
  let x = tape.value(points)
  let slope = bell(x).gradients(for: [x])[0]
  var laplacian = tape.value(Tensor(zeros: [points.shape[0]]))
  for variable in 0..<points.shape[1] {
    var unit = Tensor<Double>(zeros: [points.shape[1]])
    unit[variable] = 1
    let direction = tape.value(unit)
    let column = (slope * direction).gradients(for: [x])[0]
    laplacian = laplacian + (column * direction).sum(along: 1)
  }
  return laplacian.tensor
}
// [end: tape]

// [begin: operation]
/// x³ of every element, as an operation of its own: its result, and ȳᵀ ∂y/∂x written in values.
struct Cube<Scalar: TensorScalar>: JouleAutodiff.Operation {
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
    inputs[0] * inputs[0] * inputs[0]
  }

  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
    [call.cotangent * call.inputs[0].squared() * 3]
  }
}

extension Value {
  func cubed() -> Value { Value.apply(Cube(), to: [self]) }
}
// [end: operation]
