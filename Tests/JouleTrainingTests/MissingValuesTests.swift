import Joule
import JouleTestSupport
import Testing

/// Training on rows with holes.
@Suite struct MissingValuesTests {
  @Test func meansAndExamplesKnowNothingOfHoles() {
    let data = Dataset(Tensor<Float>([[1, .nan], [3, 4], [.nan, 8]]))
    #expect(data.columnMeans() == Tensor([2, 6]))
    #expect(data.weighted(by: [1, 5, 3]).columnMeans() == Tensor([16 / 6.0, 44 / 8.0]))
    let statistics = DataStatistics<Float>(of: data, binarization: .none, key: RandomKey(seed: 1))
    #expect(statistics.examples.firstNonFinite == nil)
  }

  /// Two bits that agree nine times in ten, each hidden in a third of the rows: what is learnt of the holes must be the
  /// joint distribution, not one in which a hole says zero.
  @Test func theDistributionIsLearntThroughHoles() throws {
    var stream = RandomStream(key: RandomKey(seed: 2))
    let rows = (0..<3000).map { _ -> [Float] in
      let first = stream.uniform(as: Double.self) < 0.7 ? Float(1) : 0
      let second = stream.uniform(as: Double.self) < 0.9 ? first : 1 - first
      switch stream.integer(below: 3) {
      case 0: return [first, second]
      case 1: return [.nan, second]
      default: return [first, .nan]
      }
    }
    let data = Dataset(Tensor(rows))
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([0.5, 0.5]), hiddenCount: 2, using: RandomKey(seed: 3))
    let trainer = Trainer(
      estimator: Imputed(ExactGradient<RestrictedBoltzmannMachine<Float>>(), steps: 10),
      optimizer: Adam(),
      plan: TrainingPlan(
        epochs: 200, batchSize: 100, learningRate: 0.1, schedule: .linear(to: 0),
        key: RandomKey(seed: 4)))
    var run = trainer.start(
      machine, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 5)))
    try trainer.train(&run, on: data)
    let total = ExactPartition.logPartition(of: run.model)
    let found = run.model.energy(of: States.all(of: 2)).elements.map {
      MonteCarlo.exp(-Double($0) - total)
    }
    // 0.27 0.03 0.07 0.63 in the order of the states; 1000 complete rows leave a hundredth or two.
    for (p, expected) in zip(found, [0.27, 0.07, 0.03, 0.63]) {
      #expect(abs(p - expected) < 0.03, "\(found)")
    }
    // Threads change no bit.
    var other = trainer.start(
      machine, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 5)))
    try trainer.train(&other, on: data, workers: Workers(count: 2))
    #expect(other.model == run.model)
  }

  @Test func completeRowsPassUntouched() throws {
    let rows = States.all(of: 3, as: Float.self)
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([3], repeating: 0.5), hiddenCount: 2, using: RandomKey(seed: 3))
    let statistics = DataStatistics(rowCount: 8, means: rows.mean(along: 0), examples: rows)
    let plain = ContrastiveDivergence<BlockGibbs<RestrictedBoltzmannMachine<Float>>> {
      BlockGibbs($0)
    }
    let imputed = Imputed(plain)
    var (a, b) = (machine.parameters.zeros(), machine.parameters.zeros())
    var first = plain.makeState(for: machine, data: statistics, key: RandomKey(seed: 6))
    var second = imputed.makeState(for: machine, data: statistics, key: RandomKey(seed: 6))
    plain.estimate(machine, at: rows, step: 4, state: &first, into: &a, on: .single)
    imputed.estimate(machine, at: rows, step: 4, state: &second, into: &b, on: .single)
    #expect(a == b)
  }
}
