public import JouleTensor

/// Derivatives of functions written over values.
///
///     let g = Autodiff.gradient(at: x) { x in (x * x).sum() }
///     let hv = Autodiff.hessianVectorProduct(at: x, along: v) { x in (x * x * x).sum() }
///
/// Every call has a tape of its own.
public enum Autodiff {
  /// f(x), and the gradient of the sum of its elements.
  public static func valueAndGradient<Scalar>(
    at x: Tensor<Scalar>, of function: (Value<Scalar>) -> Value<Scalar>
  ) -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>) {
    let tape = Tape<Scalar>()
    let point = tape.value(x)
    let y = function(point)
    return (y.tensor, y.gradientTensors(for: [point])[0])
  }

  /// The gradient of the sum of f(x)'s elements, of x's shape.
  public static func gradient<Scalar>(
    at x: Tensor<Scalar>, of function: (Value<Scalar>) -> Value<Scalar>
  ) -> Tensor<Scalar> {
    valueAndGradient(at: x, of: function).gradient
  }

  /// ȳᵀ ∂f/∂x, of x's shape.
  ///
  /// - Parameter cotangent: ȳ, of f(x)'s shape.
  public static func vectorJacobianProduct<Scalar>(
    _ cotangent: Tensor<Scalar>, at x: Tensor<Scalar>, of function: (Value<Scalar>) -> Value<Scalar>
  ) -> Tensor<Scalar> {
    let tape = Tape<Scalar>()
    let point = tape.value(x)
    return function(point).gradientTensors(for: [point], weights: cotangent)[0]
  }

  /// (∂f/∂x) v, of f(x)'s shape: the derivative of f at x along v.
  ///
  /// ȳᵀ (∂f/∂x) is linear in ȳ, and its derivative in ȳ along v is what is asked for: two passes backwards.
  ///
  /// - Parameter direction: v, of x's shape.
  public static func jacobianVectorProduct<Scalar>(
    at x: Tensor<Scalar>, along direction: Tensor<Scalar>,
    of function: (Value<Scalar>) -> Value<Scalar>
  ) -> Tensor<Scalar> {
    let tape = Tape<Scalar>()
    let point = tape.value(x)
    let y = function(point)
    let cotangent = tape.value(Tensor(zeros: y.shape))
    let product = y.gradients(for: [point], weights: cotangent)[0]
    return product.gradientTensors(for: [cotangent], weights: direction)[0]
  }

  /// (∂²/∂x² Σ f) v, of x's shape: the gradient of the slope along v.
  ///
  /// - Parameter direction: v, of x's shape.
  public static func hessianVectorProduct<Scalar>(
    at x: Tensor<Scalar>, along direction: Tensor<Scalar>,
    of function: (Value<Scalar>) -> Value<Scalar>
  ) -> Tensor<Scalar> {
    let tape = Tape<Scalar>()
    let point = tape.value(x)
    return function(point).gradients(for: [point])[0]
      .gradientTensors(for: [point], weights: direction)[0]
  }
}
