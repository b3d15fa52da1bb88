public import JouleTensor

/// A function of values with its derivative: what a node of a tape remembers.
///
/// A new operation is one file: a type with these members, and a method or operator on ``Value`` that
/// applies it. The derivative is written in values, so it can be differentiated again, to any order.
///
///     struct Exponential<Scalar: TensorScalar>: Operation {
///       func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar> {
///         inputs[0].exp()
///       }
///       func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?] {
///         [call.cotangent * call.output]
///       }
///     }
///     extension Value {
///       public func exp() -> Value { Value.apply(Exponential(), to: [self]) }
///     }
public protocol Operation<Scalar> {
  associatedtype Scalar: TensorScalar

  /// The result, of inputs whose shapes have been checked.
  ///
  /// - Parameter storage: gives tensors to write to, whose memory comes from earlier steps.
  func result(of inputs: [Tensor<Scalar>], in storage: TapeStorage<Scalar>) -> Tensor<Scalar>

  /// The vector-Jacobian product: ȳᵀ ∂y/∂xᵢ for every input xᵢ.
  ///
  /// - Returns: one an input, of its shape; nil where the derivative is zero, or not wanted.
  func cotangents(of call: Call<Scalar>) -> [Value<Scalar>?]

  /// Whether the result is an input's elements in another shape.
  var sharesStorage: Bool { get }
}

extension Operation {
  public var sharesStorage: Bool { false }
}

/// An operation where it was applied, as its derivative sees it.
public struct Call<Scalar: TensorScalar> {
  /// What it was applied to.
  public let inputs: [Value<Scalar>]
  /// What came out.
  public let output: Value<Scalar>
  /// ȳ: the derivative of the end of the computation in `output`, of its shape.
  public let cotangent: Value<Scalar>
  /// Which inputs' cotangents are asked for.
  public let isWanted: [Bool]
}
