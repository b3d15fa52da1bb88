public import JouleTensor

/// What was computed, in order, so that it can be differentiated.
///
/// A tape is an ordinary object that its user makes, or ``Autodiff`` for the length of a call: nothing is
/// recorded behind anyone's back. Its nodes lie in one array; derivatives walk it from the end, so the depth
/// of a computation is limited by memory and not by the stack. Cleared, it keeps the memory of its tensors
/// for the next step. It belongs to one thread at a time.
public final class Tape<Scalar: TensorScalar> {
  /// A tensor and how it came about.
  struct Node {
    var value: Tensor<Scalar>
    /// Nil for a constant, a variable, and a derivative that nobody will differentiate.
    var operation: (any Operation<Scalar>)?
    var inputs: [Int]
    /// Whether the tensor was made here, so that its memory can be used again.
    var ownsStorage: Bool
  }

  var nodes: [Node] = []
  /// Counts clearings: values of earlier ones are stale.
  private(set) var generation = 0
  /// False while derivatives are taken that will not be differentiated themselves.
  var isRecording = true
  let storage = TapeStorage<Scalar>()

  public init() {}

  /// A tensor as a value: a variable, if derivatives with respect to it are asked for later, or else a
  /// constant.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func value(_ tensor: Tensor<Scalar>) -> Value<Scalar> {
    append(Node(value: tensor, operation: nil, inputs: [], ownsStorage: false))
  }

  /// A vector as a value.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func value(_ elements: [Scalar]) -> Value<Scalar> { value(Tensor(elements)) }

  /// A single number as a value, of rank 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func value(_ number: Scalar) -> Value<Scalar> {
    value(Tensor(shape: [], elements: [number]))
  }

  /// The number of values on the tape.
  public var count: Int { nodes.count }

  /// Forgets every value and keeps the memory.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func clear() {
    for index in nodes.indices where nodes[index].ownsStorage {
      storage.takeBack(&nodes[index].value)
    }
    nodes.removeAll(keepingCapacity: true)
    storage.trim()
    generation += 1
  }

  func record(_ operation: any Operation<Scalar>, _ inputs: [Value<Scalar>]) -> Value<Scalar> {
    let result = operation.result(of: inputs.map { nodes[$0.index].value }, in: storage)
    var ownsStorage = true
    if operation.sharesStorage {
      // Memory has one owner, the last that was given it.
      ownsStorage = nodes[inputs[0].index].ownsStorage
      nodes[inputs[0].index].ownsStorage = false
    }
    return append(
      Node(
        value: result, operation: isRecording ? operation : nil,
        inputs: isRecording ? inputs.map { $0.index } : [], ownsStorage: ownsStorage))
  }

  /// Adds a value that nobody else has seen to another of that kind.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func add(_ source: Int, into destination: Int) {
    let term = nodes[source].value
    nodes[destination].value += term
  }

  /// Takes back the memory of a value that is not needed any more. One that has given it on lets go of it, so
  /// that the next owner is the only one who holds it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func release(_ index: Int) {
    if nodes[index].ownsStorage {
      storage.takeBack(&nodes[index].value)
      nodes[index].ownsStorage = false
    } else {
      nodes[index].value = Tensor(shape: [0], elements: [])
    }
  }

  /// Hands out a tensor, which then is the caller's.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func handOut(_ index: Int) -> Tensor<Scalar> {
    nodes[index].ownsStorage = false
    return nodes[index].value
  }

  /// Hands out a tensor in exchange for another, which is overwritten sooner or later if they are of one shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func exchange(_ index: Int, with tensor: inout Tensor<Scalar>) {
    if nodes[index].ownsStorage, nodes[index].value.shape == tensor.shape {
      swap(&nodes[index].value, &tensor)
    } else {
      tensor = handOut(index)
    }
  }

  /// Forgets the values behind a position.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func removeValues(from position: Int) {
    for index in position..<nodes.count { release(index) }
    nodes.removeLast(nodes.count - position)
  }

  /// Adds what an operation gives, computed elsewhere in memory of the tape's own.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func append(
    _ result: Tensor<Scalar>, of operation: any Operation<Scalar>, _ inputs: [Int]
  ) -> Value<Scalar> {
    append(Node(value: result, operation: operation, inputs: inputs, ownsStorage: true))
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func append(_ node: Node) -> Value<Scalar> {
    nodes.append(node)
    return Value(on: self, index: nodes.count - 1)
  }
}
