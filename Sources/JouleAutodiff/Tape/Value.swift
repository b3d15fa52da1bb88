public import JouleTensor

/// A tensor on a tape: what comes of computing with values can be differentiated.
///
///     let tape = Tape<Double>()
///     let x = tape.value([1, 2, 3])
///     let y = (x * x).sum()
///     y.gradients(for: [x])[0].tensor            // [2, 4, 6]
///
/// Arithmetic works elementwise and broadcasts as it does for `Tensor`. A value is good until its tape is
/// cleared.
public struct Value<Scalar: TensorScalar> {
  public let tape: Tape<Scalar>
  let index: Int
  private let generation: Int

  init(on tape: Tape<Scalar>, index: Int) {
    self.tape = tape
    self.index = index
    generation = tape.generation
  }

  /// The numbers.
  public var tensor: Tensor<Scalar> {
    requireCurrent()
    return tape.nodes[index].value
  }

  /// The length of every axis.
  public var shape: [Int] {
    requireCurrent()
    return tape.nodes[index].value.shape
  }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements.
  public var count: Int { tensor.count }

  /// The same numbers as a constant: no derivative passes through.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func detached() -> Value { tape.value(tensor) }

  /// What an operation gives, written to the tape of its inputs.
  ///
  /// - Precondition: the inputs are on one tape.
  public static func apply(_ operation: any Operation<Scalar>, to inputs: [Value]) -> Value {
    let tape = inputs[0].tape
    for input in inputs {
      precondition(input.tape === tape, "values of two tapes cannot be combined")
      input.requireCurrent()
    }
    return tape.record(operation, inputs)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func requireCurrent() {
    precondition(generation == tape.generation, "a value was used after its tape had been cleared")
  }
}
