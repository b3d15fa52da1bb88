import Foundation
import Joule
import JouleTestSupport
import Testing

/// Prediction of hidden bits by mean field, against loops over single units, and its gradient by differences.
@Suite struct MultiPredictionTests {
  typealias Deep = DeepBoltzmannMachine<Double>

  /// Three rows of mixed masks for machines of up to four visible units.
  static func rows(_ width: Int) -> (rows: Tensor<Double>, mask: Tensor<Double>) {
    (
      States.rows([1, 6, 3], count: width, as: Double.self),
      States.rows([2, 5, (1 << width) - 1], count: width, as: Double.self)
    )
  }

  static func losses(
    _ deep: Deep, _ rows: Tensor<Double>, _ mask: Tensor<Double>
  ) -> [Double] {
    let tape = Tape<Double>()
    return deep.predictionLosses(
      of: tape.value(rows), hiding: mask, ParameterValues(deep.parameters, on: tape)
    ).tensor.elements
  }

  /// As if it were hidden, less what it would count: its two values differ by its field a, and 0 costs softplus(a).
  @Test(arguments: DeepFixtures.shapes)
  func bitsThatAreMissingAreLatentAndNotCounted(widths: [Int]) {
    let deep = Deep(DeepFixtures.machine(widths), inferenceRounds: 3)
    let (rows, mask) = Self.rows(widths[0])
    func filled(_ column: Int, _ value: Double, in tensor: Tensor<Double>) -> Tensor<Double> {
      var copy = tensor
      for row in 0..<3 { copy[row, column] = value }
      return copy
    }
    for hole in 0..<widths[0] {
      let hiding = filled(hole, 1, in: mask)
      let zeros = Self.losses(deep, filled(hole, 0, in: rows), hiding)
      let ones = Self.losses(deep, filled(hole, 1, in: rows), hiding)
      let found = Self.losses(deep, filled(hole, .nan, in: rows), mask)
      for row in 0..<3 {
        let expected = zeros[row] - log(1 + exp(zeros[row] - ones[row]))
        #expect(abs(found[row] - expected) < 1e-12, "row \(row), hole \(hole)")
      }
    }
  }

  /// The same, unit by unit.
  static func loss(_ deep: Deep, row: [Double], mask: [Double]) -> Double {
    let machine = deep.machine
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    var means = machine.layers.indices.map { machine.bias($0).elements.map(logistic) }
    for unit in row.indices where mask[unit] == 0 { means[0][unit] = row[unit] }
    func field(_ layer: Int, _ unit: Int) -> Double {
      var sum = machine.bias(layer)[unit]
      if layer > 0 {
        for (below, mean) in means[layer - 1].enumerated() {
          sum += mean * machine.weights(layer - 1)[below, unit]
        }
      }
      if layer + 1 < means.count {
        for (above, mean) in means[layer + 1].enumerated() {
          sum += mean * machine.weights(layer)[unit, above]
        }
      }
      return sum
    }
    for round in 0..<max(deep.inferenceRounds, 1) {
      for parity in round == 0 ? [1] : [0, 1] {
        for layer in stride(from: parity, to: means.count, by: 2) {
          for unit in means[layer].indices where layer > 0 || mask[unit] == 1 {
            means[layer][unit] = logistic(field(layer, unit))
          }
        }
      }
    }
    return row.indices.reduce(0) { sum, unit in
      let mean = logistic(field(0, unit))
      return sum - mask[unit] * log(row[unit] == 1 ? mean : 1 - mean)
    }
  }

  @Test(arguments: DeepFixtures.shapes + [[4, 3]])
  func lossesAreThoseOfUnitsUpdatedOneByOne(widths: [Int]) {
    let (rows, mask) = Self.rows(widths[0])
    for rounds in [0, 1, 2, 7] {
      let deep = Deep(DeepFixtures.machine(widths), inferenceRounds: rounds)
      for (row, loss) in Self.losses(deep, rows, mask).enumerated() {
        let expected = Self.loss(
          deep, row: rows.row(row).elements, mask: mask.row(row).elements)
        #expect(abs(loss - expected) < 1e-12, "row \(row), \(rounds) rounds")
      }
    }
  }

  @Test(arguments: DeepFixtures.shapes + [[4, 3]])
  func gradientIsThatOfAllRounds(widths: [Int]) {
    let estimator = MultiPrediction<Deep>(hiddenShare: 0.6)
    let (rows, _) = Self.rows(widths[0])
    let state = DrawKey(RandomKey(seed: 5))
    for rounds in [1, 4] {
      let deep = Deep(DeepFixtures.machine(widths), inferenceRounds: rounds)
      var (gradient, own) = (deep.parameters.zeros(), state)
      estimator.estimate(
        deep, at: rows, step: 3, state: &own, into: &gradient, on: Workers(count: 2))
      let expected = FiniteDifferences.gradient(at: deep.parameters) { parameters in
        var moved = deep
        moved.parameters = parameters
        return estimator.objective(moved, at: rows, step: 3, state: state, on: .single)
      }
      #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
    }
  }

  @Test func masksHideTheirShareAnewForEveryRowAndStep() {
    // Without couplings and biases every hidden bit costs log 2: the loss counts them.
    let machine = DeepFixtures.machine([50, 3, 2], scale: 0)
    var blank = machine
    for index in blank.parameters.entries.indices { blank.parameters.entries[index].value.fill(0) }
    let rows = Tensor<Double>(zeros: [400, 50])
    func counts(_ step: Int) -> [Double] {
      let tape = Tape<Double>()
      return MultiPrediction<Deep>(hiddenShare: 0.3).losses(
        Deep(blank), at: tape.value(rows), ParameterValues(blank.parameters, on: tape),
        using: ChainRandom(key: RandomKey(seed: 6), step: step)
      ).tensor.elements.map { $0 / log(2) }
    }
    #expect(abs(MonteCarlo.zScore(of: counts(0), expected: 15)) < 4)
    #expect(counts(0) != counts(1))
    #expect(Set(counts(0).map { ($0 * 1e6).rounded() }).count > 5)
  }

  @Test func trainingFillsInWhatIsHidden() throws {
    // Rows of two patterns and their complements, one bit in twenty turned over: what is hidden follows from the rest.
    var stream = RandomStream(key: RandomKey(seed: 7))
    let patterns = [0b0011_0011_0011, 0b0101_0101_0101]
    func happens(_ probability: Double) -> Bool { stream.uniform() < probability }
    let states = (0..<400).map { _ -> Int in
      var state = patterns[happens(0.5) ? 0 : 1]
      if happens(0.5) { state ^= 0xfff }
      for bit in 0..<12 where happens(0.05) { state ^= 1 << bit }
      return state
    }
    let data = Dataset(States.rows(states, count: 12, as: Float.self))
    typealias Model = DeepBoltzmannMachine<Float>
    let statistics = DataStatistics<Float>(of: data, binarization: .none, key: RandomKey(seed: 8))
    let trainer = Trainer(
      estimator: MultiPrediction<Model>(), optimizer: Adam(),
      plan: TrainingPlan(epochs: 60, learningRate: 0.02, key: RandomKey(seed: 9)))
    var run = trainer.start(
      Model(
        on: RestrictedBoltzmannMachine(
          visibleMeans: statistics.smoothedMeans, hiddenCount: 8, using: RandomKey(seed: 10)),
        widths: [4], inferenceRounds: 5, using: RandomKey(seed: 11)), data: statistics)
    let fresh: Tensor<Float> = data.batch(0..<400)
    func loss(_ model: Model) -> Double {
      MultiPrediction<Model>().objective(
        model, at: fresh, step: 0, state: DrawKey(RandomKey(seed: 12)), on: .single) / 6
    }
    let before = loss(run.model)
    try trainer.train(&run, on: data, workers: .single)
    let after = loss(run.model)
    // A bit costs log 2 by itself, and the entropy of one in twenty, 0.199, where its pattern is known.
    #expect(abs(before - log(2)) < 0.02, "\(before)")
    #expect(after < 0.35, "\(after)")
  }
}
