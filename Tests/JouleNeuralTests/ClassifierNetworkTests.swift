import Foundation
import Joule
import JouleTestSupport
import Testing

/// Networks that name classes: their formula, their gradients, and stacks of machines that they begin as.
@Suite struct ClassifierNetworkTests {
  typealias Network = ClassifierNetwork<Double>
  static let network = Network(
    inputCount: 4, hidden: [5, 3], classCount: 3, using: RandomKey(seed: 3))

  static func rows(_ labels: [Int?]) -> Tensor<Double> {
    Dataset(Tensor<Float>(uniform: [labels.count, 4], using: RandomKey(seed: 4)))
      .labelled(labels, classCount: 3).batch(0..<labels.count)
  }

  @Test func energiesAreTheFormula() {
    let network = Self.network
    let inputs = network.inputs(of: Self.rows([0, 1]))
    let energies = network.classEnergies(of: inputs)
    for row in 0..<2 {
      var units = inputs.row(row).elements
      for layer in 0..<3 {
        let weights = network.parameters["layer\(layer).weights"]
        let bias = network.parameters["layer\(layer).bias"]
        let sums = (0..<bias.count).map { j in
          units.indices.reduce(bias[j]) { $0 + units[$1] * weights[$1, j] }
        }
        units = layer == 2 ? sums : sums.map { 1 / (1 + exp(-$0)) }
        if layer < 2 {
          let found = network.hiddenUnits(of: inputs, layer: layer).row(row).elements
          #expect(zip(found, units).allSatisfy { abs($0 - $1) < 1e-14 })
        }
      }
      for y in 0..<3 { #expect(abs(energies[row, y] + units[y]) < 1e-13) }
    }
    let labelled = Self.rows([2, 1])
    let own = network.energy(of: labelled)
    #expect(abs(own[0] - energies[0, 2]) < 1e-13 && abs(own[1] - energies[1, 1]) < 1e-13)
  }

  /// With and without units left out, rows without a label among the others.
  @Test(arguments: [(0.0, 0.0), (0.2, 0.5)])
  func gradientIsThatOfTheObjective(inputs: Double, hidden: Double) {
    let estimator = ConditionalLikelihood<Network>(inputDropout: inputs, hiddenDropout: hidden)
    let rows = Self.rows([0, 2, nil, 1, 1, 0])
    var state = DrawKey(RandomKey(seed: 8))
    var gradient = Self.network.parameters
    estimator.estimate(
      Self.network, at: rows, step: 3, state: &state, into: &gradient, on: Workers(count: 2))
    let expected = FiniteDifferences.gradient(at: Self.network.parameters) { parameters in
      var moved = Self.network
      moved.parameters = parameters
      return estimator.objective(moved, at: rows, step: 3, state: state, on: .single)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
    if inputs == 0 {
      let loss = estimator.objective(Self.network, at: rows, step: 3, state: state, on: .single)
      #expect(abs(loss - Self.network.meanConditionalLoss(of: rows) * 5 / 6) < 1e-13)
    }
  }

  /// Every unit is left out as often as asked for, and a layer's sum keeps its mean.
  @Test func dropoutKeepsMeans() {
    let random = ChainRandom(key: RandomKey(seed: 5))
    let dropout = UnitDropout(inputs: 0.2, hidden: 0.5, using: random)
    for (layer, probability) in [(0, 0.2), (1, 0.5)] {
      let dropped = Workspace<Double>().withTape { tape in
        dropout(tape.value(Tensor([4000, 5], repeating: 3)), layer: layer).tensor
      }
      let kept = dropped.elements.count { $0 != 0 }
      let error = (20_000 * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(kept) - 20_000 * (1 - probability)) < 4 * error)
      #expect(dropped.elements.allSatisfy { $0 == 0 || abs($0 - 3 / (1 - probability)) < 1e-12 })
    }
  }

  @Test func aStackIsUnrolled() {
    let key = RandomKey(seed: 6)
    let machines = [(6, 4), (4, 2)].enumerated().map { number, sizes in
      RestrictedBoltzmannMachine<Double>(
        weights: Tensor(normal: [sizes.0, sizes.1], using: key.folded(UInt64(number))),
        visibleBias: Tensor(zeros: [sizes.0]),
        hiddenBias: Tensor(normal: [sizes.1], using: key.folded(UInt64(9 + number))))
    }
    let network = Network(
      unrolling: machines.map { ($0.weights, $0.hiddenBias) }, classCount: 2, using: key)
    #expect(network.sizes == [6, 4, 2, 2])
    let inputs = Tensor<Double>(uniform: [3, 6], using: key.folded(77))
    let first = machines[0].hiddenMean(given: inputs)
    let second = machines[1].hiddenMean(given: first)
    #expect((network.hiddenUnits(of: inputs, layer: 0) - first).largestMagnitude < 1e-14)
    #expect((network.hiddenUnits(of: inputs, layer: 1) - second).largestMagnitude < 1e-14)
  }

  @Test func anArchiveHoldsTheNetwork() throws {
    let network = ClassifierNetwork<Float>(
      inputCount: 4, hidden: [5, 3], classCount: 3, using: RandomKey(seed: 3))
    var archive = Archive()
    network.archive(into: &archive)
    let found = try ClassifierNetwork<Float>(from: archive)
    #expect(found.sizes == network.sizes && found.parameters == network.parameters)
    for text in ["4-5-x-3", "4", "4-0-3", "4-5-4-3", "4-5-1"] {
      var broken = archive
      broken.metadata["layers"] = text
      #expect(throws: ArchiveError.self) { try ClassifierNetwork<Float>(from: broken) }
    }
  }
}
