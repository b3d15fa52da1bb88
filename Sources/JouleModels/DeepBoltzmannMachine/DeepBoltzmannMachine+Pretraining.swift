public import JouleRandom
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
      BoltzmannMachine(
        layers: biases.map { UnitLayer(BernoulliUnits($0.count)) }, weights: weights,
        units: biases.map { [[$0]] }),
      inferenceRounds: inferenceRounds)
  }
}

extension DeepBoltzmannMachine {
  /// A deep machine of binary units that begins as a restricted one: further layers have small random weights, so that
  /// they say next to nothing yet, and the bound is the machine's own log-likelihood.
  ///
  /// - Parameters:
  ///   - bottom: the weights and biases of the first two layers.
  ///   - widths: the units of the layers above, at least none.
  ///   - weightScale: s of the new weights' distribution N(0, s²).
  public init(
    on bottom: RestrictedBoltzmannMachine<Scalar>, widths: [Int], weightScale: Scalar = 0.01,
    inferenceRounds: Int = 10, using key: RandomKey
  ) {
    var weights = [bottom.weights]
    for (level, width) in widths.enumerated() {
      weights.append(
        Tensor(
          normal: [weights[level].shape[1], width],
          using: key.folded("weights").folded(UInt64(level + 1))) * weightScale)
    }
    let biases = [bottom.visibleBias, bottom.hiddenBias] + widths.map { Tensor(zeros: [$0]) }
    self.init(
      BoltzmannMachine(
        layers: biases.map { UnitLayer(BernoulliUnits($0.count)) }, weights: weights,
        units: biases.map { [[$0]] }),
      inferenceRounds: inferenceRounds)
  }
}
