public import JouleTensor

extension Value {
  /// Derivatives of this value's sum, as values: they can be differentiated again.
  ///
  ///     ∂(Σ y)/∂x for every x
  ///
  /// - Parameters:
  ///   - variables: values on the same tape, computed or not.
  ///   - weights: ȳ of this value's shape, for Σ ȳ y instead; nil for ones.
  /// - Returns: one a variable, of its shape; zeros where this value does not depend on it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func gradients(for variables: [Value], weights: Value? = nil) -> [Value] {
    let seed = weights ?? tape.value(Tensor(shape, repeating: 1))
    var pass = BackwardPass(from: self, to: variables, keepsTemporaries: true)
    let found = pass.run(seed: seed)
    return zip(variables, found).map { variable, index in
      index.map { Value(on: tape, index: $0) } ?? tape.value(Tensor(zeros: variable.shape))
    }
  }

  /// The same as plain tensors, where nobody differentiates again: intermediate results are forgotten as soon
  /// as they are used.
  ///
  /// - Parameters:
  ///   - variables: values on the same tape.
  ///   - weights: ȳ of this value's shape; nil for ones.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func gradientTensors(
    for variables: [Value], weights: Tensor<Scalar>? = nil
  ) -> [Tensor<Scalar>] {
    var pass = BackwardPass(from: self, to: variables, keepsTemporaries: false)
    let found = pass.run(weights: weights)
    let tensors = zip(variables, found).map { variable, index in
      index.map { tape.handOut($0) } ?? Tensor(zeros: variable.shape)
    }
    tape.removeValues(from: pass.start)
    return tensors
  }

  /// The gradient for one variable, in a tensor whose memory the tape takes in exchange, and those for others.
  ///
  /// - Parameters:
  ///   - gradient: of any shape; of the variable's afterwards.
  ///   - others: variables besides.
  /// - Returns: the gradients for the others.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  @discardableResult
  public func exchangeGradient(
    for variable: Value, with gradient: inout Tensor<Scalar>, beside others: [Value] = []
  ) -> [Tensor<Scalar>] {
    var pass = BackwardPass(from: self, to: [variable] + others, keepsTemporaries: false)
    let found = pass.run(weights: nil)
    if let index = found[0] {
      tape.exchange(index, with: &gradient)
    } else {
      gradient = Tensor(zeros: variable.shape)
    }
    let tensors = zip(others, found.dropFirst()).map { other, index in
      index.map { tape.handOut($0) } ?? Tensor(zeros: other.shape)
    }
    tape.removeValues(from: pass.start)
    return tensors
  }
}

/// One walk down a tape.
private struct BackwardPass<Scalar: TensorScalar> {
  private let tape: Tape<Scalar>
  private let output: Int
  private let targets: [Int]
  /// The first node that can matter.
  private let first: Int
  /// Which nodes, from `first` on, depend on a target.
  private let leads: [Bool]
  private let keepsTemporaries: Bool
  /// The cotangent's node of every node, from `first` on; −1 where there is none yet.
  private var cotangents: [Int]
  /// Nodes from here on were made by this walk.
  let start: Int
  /// How many cotangents each of these is.
  private var uses: [Int] = []

  init(from output: Value<Scalar>, to targets: [Value<Scalar>], keepsTemporaries: Bool) {
    tape = output.tape
    self.output = output.index
    self.targets = targets.map { $0.index }
    self.keepsTemporaries = keepsTemporaries
    for target in targets {
      precondition(
        target.tape === output.tape, "a derivative with respect to a value of another tape")
    }
    let first = Swift.min(self.targets.min() ?? output.index, output.index)
    self.first = first
    var leads = [Bool](repeating: false, count: output.index - first + 1)
    for target in self.targets where target <= output.index { leads[target - first] = true }
    for index in first...output.index where !leads[index - first] {
      leads[index - first] = output.tape.nodes[index].inputs.contains {
        $0 >= first && leads[$0 - first]
      }
    }
    self.leads = leads
    cotangents = [Int](repeating: -1, count: leads.count)
    start = output.tape.count
  }

  /// The same without a record of it, from weights of every element; nil for ones.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func run(weights: Tensor<Scalar>?) -> [Int?] {
    let shape = tape.nodes[output].value.shape
    let wasRecording = tape.isRecording
    tape.isRecording = false
    defer { tape.isRecording = wasRecording }
    return run(seed: tape.value(weights ?? Tensor(shape, repeating: 1)))
  }

  /// The node of every target's cotangent; nil where there is none.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func run(seed: Value<Scalar>) -> [Int?] {
    guard seed.shape == tape.nodes[output].value.shape else {
      stopOnShapes("gradients: weights", seed.shape, tape.nodes[output].value.shape)
    }
    assign(seed.index, to: output)
    let isTarget = Set(targets)
    for index in stride(from: output, through: first, by: -1)
    where leads[index - first] && cotangents[index - first] >= 0 {
      guard tape.nodes[index].operation != nil else { continue }
      let mark = tape.count
      pass(index)
      if !keepsTemporaries {
        if !isTarget.contains(index) { drop(cotangents[index - first]) }
        for made in mark..<tape.count where useCount(of: made) == 0 { tape.release(made) }
      }
    }
    return targets.map { target in
      guard target <= output, cotangents[target - first] >= 0 else { return nil }
      return cotangents[target - first]
    }
  }

  /// Passes a node's cotangent on to its inputs.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func pass(_ index: Int) {
    let node = tape.nodes[index]
    guard let operation = node.operation else { return }
    let wanted = node.inputs.map { $0 >= first && leads[$0 - first] }
    guard wanted.contains(true) else { return }
    let call = Call(
      inputs: node.inputs.map { Value(on: tape, index: $0) }, output: Value(on: tape, index: index),
      cotangent: Value(on: tape, index: cotangents[index - first]), isWanted: wanted)
    let parts = operation.cotangents(of: call)
    for (number, input) in node.inputs.enumerated() where wanted[number] {
      guard let part = parts[number] else { continue }
      precondition(
        part.shape == call.inputs[number].shape,
        "\(type(of: operation)): a cotangent of shape \(part.shape) for an input of shape "
          + "\(call.inputs[number].shape)")
      add(part.index, to: input)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func add(_ part: Int, to input: Int) {
    let present = cotangents[input - first]
    guard present >= 0 else {
      assign(part, to: input)
      return
    }
    if !keepsTemporaries, useCount(of: present) == 1, tape.nodes[present].ownsStorage {
      tape.add(part, into: present)
    } else {
      let sum = Value(on: tape, index: present) + Value(on: tape, index: part)
      drop(present)
      assign(sum.index, to: input)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func assign(_ cotangent: Int, to index: Int) {
    cotangents[index - first] = cotangent
    guard cotangent >= start else { return }
    while uses.count <= cotangent - start { uses.append(0) }
    uses[cotangent - start] += 1
  }

  /// One cotangent less is this node; memory that nobody needs is released.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func drop(_ cotangent: Int) {
    guard cotangent >= start, cotangent - start < uses.count else { return }
    uses[cotangent - start] -= 1
    if uses[cotangent - start] == 0 && !keepsTemporaries { tape.release(cotangent) }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func useCount(of node: Int) -> Int {
    node >= start && node - start < uses.count ? uses[node - start] : 0
  }
}
