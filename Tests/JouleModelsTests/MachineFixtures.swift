import Joule
import JouleTestSupport

/// Machines with nothing symmetric about them, and the same by brute force.
enum MachineFixtures {
  static func machine(
    visible: Int, hidden: Int, scale: Double = 1, seed: UInt64 = 17
  ) -> RestrictedBoltzmannMachine<Double> {
    let key = RandomKey(seed: seed)
    return RestrictedBoltzmannMachine(
      weights: Tensor(normal: [visible, hidden], using: key.folded("w")) * scale,
      visibleBias: Tensor(normal: [visible], using: key.folded("b")) * scale - 0.3,
      hiddenBias: Tensor(normal: [hidden], using: key.folded("c")) * scale + 0.2)
  }

  static func bruteForce(_ machine: RestrictedBoltzmannMachine<Double>) -> BruteForceMachine {
    BruteForceMachine(
      weights: machine.weights,
      visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias)
  }

  /// Layer sizes that every law is tried on: either layer the larger, and single units.
  static let sizes = [(5, 3), (3, 6), (1, 1), (4, 4)]
}
