import JouleTensor

extension DeepBoltzmannMachine {
  /// The copies of its layers that a machine is to be pretrained with, the machines standing one on another:
  /// two of the data below, two of the top layer above, one of each in between. A single machine has none.
  ///
  /// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, §3.1, figure 2.
  public static func pretrainingCopies(
    level: Int, of levels: Int
  ) -> (visible: Int, hidden: Int) {
    precondition((0..<levels).contains(level), "level \(level) of \(levels)")
    if levels == 1 { return (1, 1) }
    return (level == 0 ? 2 : 1, level == levels - 1 ? 2 : 1)
  }

  /// The deep machine of binary units that machines trained greedily make.
  ///
  /// A layer inside listens to both its neighbours, with half of what each of its two machines told it:
  ///
  ///     ½ (2 vᵀW¹ + c¹) + ½ (W² 2h² + b²)        for h¹ between two doubled machines
  ///
  /// So the first and the last weights stay as they are, those in between are halved, and a layer's bias is
  /// the mean of its two.
  ///
  /// - Parameter stack: from the data up, trained with ``pretrainingCopies(level:of:)``.
  /// - Precondition: at least one machine; the hidden units of each are the visible ones of the next.
  public init(
    composing stack: [RestrictedBoltzmannMachine<Scalar>], inferenceRounds: Int = 10
  ) {
    precondition(!stack.isEmpty, "a deep machine is made of at least one machine")
    for (lower, upper) in zip(stack, stack.dropFirst()) {
      precondition(
        lower.hiddenCount == upper.variableCount,
        "a machine of \(upper.variableCount) visible units on one of \(lower.hiddenCount) hidden")
    }
    var weights: [Tensor<Scalar>] = []
    var biases = [stack[0].visibleBias]
    for (level, machine) in stack.enumerated() {
      let isInside = level > 0 && level < stack.count - 1
      weights.append(isInside ? machine.weights * 0.5 : machine.weights)
      biases.append(
        level == stack.count - 1
          ? machine.hiddenBias : (machine.hiddenBias + stack[level + 1].visibleBias) * 0.5)
    }
    self.init(
      BoltzmannMachine(weights: weights, biases: biases), inferenceRounds: inferenceRounds)
  }
}
