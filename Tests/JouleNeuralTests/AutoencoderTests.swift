import Foundation
import Joule
import JouleTestSupport
import Testing

/// Autoencoders: their formula, their gradient, and the stacks that they begin as.
@Suite struct AutoencoderTests {
  static let machines = [(5, 4), (4, 2)].enumerated().map { number, sizes in
    let key = RandomKey(seed: 61).folded(UInt64(number))
    return RestrictedBoltzmannMachine<Double>(
      weights: Tensor(normal: [sizes.0, sizes.1], using: key.folded("w")),
      visibleBias: Tensor(normal: [sizes.0], using: key.folded("b")),
      hiddenBias: Tensor(normal: [sizes.1], using: key.folded("c")))
  }
  static let network = Autoencoder<Double>(
    unrolling: machines.map { ($0.weights, $0.hiddenBias, $0.visibleBias) })
  static let rows = Tensor<Double>(uniform: [6, 5], using: RandomKey(seed: 2))

  /// Down by the machines' hidden means and up by their visible means.
  @Test func aStackIsUnrolledBothWays() {
    let first = Self.machines[0].hiddenMean(given: Self.rows)
    let code = Self.machines[1].hiddenMean(given: first)
    #expect((Self.network.hiddenUnits(of: Self.rows, layer: 0) - first).largestMagnitude < 1e-14)
    #expect((Self.network.hiddenUnits(of: Self.rows, layer: 1) - code).largestMagnitude < 1e-14)
    let copies = Self.machines[0].visibleMean(given: Self.machines[1].visibleMean(given: code))
    #expect((Self.network.reconstruction(of: Self.rows) - copies).largestMagnitude < 1e-14)
    let energies = Self.network.energy(of: Self.rows)
    for row in 0..<6 {
      let nats = (0..<5).reduce(0.0) { sum, i in
        let (x, p) = (Self.rows[row, i], copies[row, i])
        return sum - x * log(p) - (1 - x) * log(1 - p)
      }
      #expect(abs(energies[row] - nats) < 1e-12)
    }
  }

  @Test func gradientIsThatOfTheMeanEnergy() {
    let estimator = MeanEnergy<Autoencoder<Double>>()
    var state = DrawKey(RandomKey(seed: 8))
    var gradient = Self.network.parameters
    estimator.estimate(
      Self.network, at: Self.rows, step: 0, state: &state, into: &gradient, on: Workers(count: 2))
    let expected = FiniteDifferences.gradient(at: Self.network.parameters) { parameters in
      var moved = Self.network
      moved.parameters = parameters
      return moved.energy(of: Self.rows).mean()
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func anArchiveHoldsTheNetwork() throws {
    let network = Autoencoder<Float>(inputCount: 5, hidden: [4, 2], using: RandomKey(seed: 3))
    var archive = Archive()
    network.archive(into: &archive)
    let found = try Autoencoder<Float>(from: archive)
    #expect(found.sizes == network.sizes && found.parameters == network.parameters)
    for text in ["5-4-x", "5", "5-0-2", "5-4-3"] {
      var broken = archive
      broken.metadata["layers"] = text
      #expect(throws: ArchiveError.self) { try Autoencoder<Float>(from: broken) }
    }
  }
}
