import Joule
import JouleTestSupport
import Testing

/// A network beside a machine: a product of experts is a sum of their energies.
@Suite struct NetworkInProductTests {
  private let network: NeuralEnergy<Double>
  private let machine: RestrictedBoltzmannMachine<Double>
  private let both:
    ProductOfExperts<
      EitherEnergy<NeuralEnergy<Double>, RestrictedBoltzmannMachine<Double>>
    >
  private let rows = Tensor<Double>(uniform: [30, 4], using: RandomKey(seed: 3))

  init() throws {
    network = try NeuralEnergy(
      EnergyArchitecture("mlp:6"), inputShape: [4], using: RandomKey(seed: 1))
    machine = RestrictedBoltzmannMachine(
      weights: Tensor(normal: [4, 3], using: RandomKey(seed: 2)),
      visibleBias: Tensor([0.1, -0.2, 0.3, 0]), hiddenBias: Tensor([0.5, -0.5, 0]))
    both = try ProductOfExperts(network, machine, weights: [1, 0.5])
  }

  @Test func energiesAndSlopesAddUp() {
    #expect(
      (both.energy(of: rows) - network.energy(of: rows) - machine.energy(of: rows) * 0.5)
        .largestMagnitude < 1e-12)
    let parts = network.energyGradient(at: rows) + machine.energyGradient(at: rows) * 0.5
    #expect((both.energyGradient(at: rows) - parts).largestMagnitude < 1e-12)
  }

  @Test func parametersOfBothAreLearntUnderTheirNames() {
    let gradient = both.gradient(at: rows)
    #expect(
      gradient.entries.map(\.name) == [
        "expert0.layer0.weights", "expert0.layer0.bias", "expert0.layer2.weights",
        "expert0.layer2.bias", "expert1.weights", "expert1.visible_bias", "expert1.hidden_bias",
      ])
    let own = network.gradient(at: rows)
    for entry in own.entries {
      #expect((gradient["expert0.\(entry.name)"] - entry.value).largestMagnitude < 1e-12)
    }
    for entry in machine.gradient(at: rows).entries {
      #expect((gradient["expert1.\(entry.name)"] - entry.value * 0.5).largestMagnitude < 1e-12)
    }
  }
}
