import Foundation
import Joule
import JouleTestSupport
import Testing

/// Deep machines of other units than bits: inference, gradients and annealed rows against sums over all states.
@Suite struct MixedDeepMachineTests {
  typealias Deep = DeepBoltzmannMachine<Double>

  /// Layers as text, the data's first; every one but the data's has parameters no other than its biases.
  static let kinds: [[String]] = [
    ["gaussian:2+potts:1x3", "spin:3", "potts:2x3"],
    ["spin:3", "potts:1x3", "bernoulli:3", "spin:2"],
    ["potts:2x3", "bernoulli:2", "binomial:2x3"],
  ]

  static func machine(_ kind: [String], scale: Double = 0.6) throws -> BoltzmannMachine<Double> {
    let layers = try kind.map { try UnitLayer(parsing: $0) }
    var machine = BoltzmannMachine<Double>(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).map { Tensor(zeros: [$0.width, $1.width]) })
    for (index, entry) in machine.parameters.entries.enumerated() {
      machine.parameters.entries[index].value =
        Tensor(normal: entry.value.shape, using: RandomKey(seed: 61).folded(entry.name)) * scale
    }
    machine.constrain(&machine.parameters)
    return machine
  }

  /// Rows that the units can be.
  static func rows(_ machine: BoltzmannMachine<Double>) -> Tensor<Double> {
    let path = machine.annealingPath(fromMeans: nil)
    return path.sampledBaseRows(count: 4, using: ChainRandom(key: RandomKey(seed: 62)))
      .columns(0..<machine.layers[0].width)
  }

  /// log Σ over latent states of exp(−E) of every row.
  static func exact(_ deep: Deep, _ rows: Tensor<Double>) -> [Double] {
    (0..<rows.shape[0]).map { number in
      let row = rows.rows(number..<number + 1)
      return ExactPartition.logPartition(of: deep.conditioned(on: row.row(0)))
        - deep.dataEnergy(of: row)[0]
    }
  }

  @Test(arguments: kinds)
  func boundIsBelowTheSumOverLatentStatesAndRisesWithEveryRound(kind: [String]) throws {
    let machine = try Self.machine(kind)
    let rows = Self.rows(machine)
    let exact = Self.exact(Deep(machine), rows)
    var last = [Double](repeating: -.infinity, count: exact.count)
    for rounds in [0, 1, 3, 50] {
      let bounds = Deep(machine, inferenceRounds: rounds).evidence(of: rows).elements
      for (row, bound) in bounds.enumerated() {
        #expect(bound <= exact[row] + 1e-11 && bound >= last[row] - 1e-11, "row \(row), \(rounds)")
      }
      last = bounds
    }
    #expect(zip(last, exact).contains { $0 < $1 - 1e-3 })
    #expect(zip(last, exact).allSatisfy { $0 > $1 - 1 })
  }

  @Test(arguments: kinds)
  func gradientIsThatOfTheBoundWhereInferenceHasSettled(kind: [String]) throws {
    let deep = Deep(try Self.machine(kind, scale: 0.4), inferenceRounds: 200)
    let rows = Self.rows(deep.machine)
    let weights = Tensor<Double>([0.7, -1.1, 0.4, 0.2])
    let gradient = deep.gradient(at: rows, rowWeights: weights)
    var expected = FiniteDifferences.gradient(at: deep.parameters) { parameters in
      var moved = deep
      moved.parameters = parameters
      return Tensor<Double>(moved.energy(of: rows)).dot(weights)
    }
    // The gradient has nothing of what leads out of the gauge.
    deep.machine.constrain(&expected)
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test(arguments: kinds)
  func annealedRowsAreUnbiased(kind: [String]) throws {
    let deep = Deep(try Self.machine(kind))
    let rows = Self.rows(deep.machine)
    let exact = Self.exact(deep, rows)
    let completions = try RowAnnealing(deep, chains: 2000, steps: 2).completions(
      of: rows, key: RandomKey(seed: 63), on: Workers(count: 2))
    for (row, weights) in completions.rows.enumerated() {
      let ratios = weights.logWeights.map { exp($0 - exact[row]) }
      let score = MonteCarlo.zScore(of: ratios, expected: 1)
      #expect(abs(score) < 4.5, "row \(row): \(score)")
    }
    #expect(completions.states.shape == [8000, deep.machine.variableCount])
  }

  @Test func unitsOfMoreThanBiasesAreNotInferred() throws {
    for (text, isInferred) in [
      ("bernoulli:2", true), ("spin:2", true), ("potts:1x3", true), ("binomial:2x3", true),
      ("standard-gaussian:2", true), ("gaussian:2", false), ("drelu:2", false),
    ] {
      #expect(try UnitLayer(parsing: text).isInferred == isInferred, "\(text)")
    }
  }
}
