import Joule
import JouleTestSupport
import Testing

/// Machines of units other than bits learn, and do not blow up.
@Suite struct UnitTrainingTests {
  typealias Machine = BoltzmannMachine<Float>

  static func trained(
    _ layers: [UnitLayer], on data: Dataset, epochs: Int, rate: Double
  ) throws -> (before: Machine, after: Machine) {
    let statistics = DataStatistics<Float>(of: data, binarization: .none, key: RandomKey(seed: 1))
    let machine = Machine(layers: layers, statistics: statistics, using: RandomKey(seed: 2))
    let trainer = Trainer(
      estimator: Centered(PersistentContrastiveDivergence(chains: 50) { BlockGibbs<Machine>($0) }),
      optimizer: SGD(),
      plan: TrainingPlan(
        epochs: epochs, batchSize: 50, learningRate: rate, schedule: .linear(to: 0),
        key: RandomKey(seed: 3)))
    var run = trainer.start(machine, data: statistics)
    try trainer.train(&run, on: data)
    return (machine, run.model)
  }

  static func score(_ machine: Machine, _ data: Dataset) -> Double {
    let rows: Tensor<Float> = data.batch(0..<data.rowCount)
    return -Tensor<Double>(machine.energy(of: rows)).mean()
      - ExactPartition.logPartition(of: machine)
  }

  /// Three patterns with a little noise: variances want to fall to a hundredth, which is where machines with 1/s in
  /// their gradients diverge. Learning rates over two decades.
  @Test(arguments: [0.001, 0.01, 0.1])
  func variancesStayBoundedAndTheLikelihoodGrows(rate: Double) throws {
    let patterns = Tensor<Float>(normal: [3, 20], using: RandomKey(seed: 4))
    let noise = Tensor<Float>(normal: [600, 20], using: RandomKey(seed: 5)) * 0.1
    let rows = patterns.rows(at: (0..<600).map { $0 % 3 }) + noise
    let data = Dataset(rows)
    let (before, after) = try Self.trained(
      [UnitLayer(GaussianUnits(20)), UnitLayer(BernoulliUnits(8))], on: data, epochs: 600,
      rate: rate
    )
    let variances = GaussianUnits(20).variances(
      [after.bias(0), after.parameters["layer0.log_variance"]])
    #expect(variances.min() >= 0.01 && variances.max() <= 100)
    let gain = Self.score(after, data) - Self.score(before, data)
    #expect(gain > 0.5, "rate \(rate): \(gain)")
  }

  /// Counts, categories and rectified units against the best independent model, which cannot know that columns agree.
  @Test(arguments: ["bernoulli", "relu", "drelu", "spin"])
  func hiddenUnitsOfAnyKindLearnThatColumnsAgree(kind: String) throws {
    var stream = RandomStream(key: RandomKey(seed: 6))
    let rows = (0..<800).map { _ -> [Float] in
      let state = stream.integer(below: 3)
      let other = stream.uniform(as: Double.self) < 0.9 ? state : stream.integer(below: 3)
      return (0..<3).map { $0 == state ? 1 : 0 } + (0..<3).map { $0 == other ? 1 : 0 }
    }
    let data = Dataset(Tensor(rows))
    let hidden = try UnitLayer(parsing: "\(kind):3")
    let (before, after) = try Self.trained(
      [UnitLayer(PottsUnits(2, states: 3)), hidden], on: data, epochs: 200, rate: 0.2)
    // Columns that agree 14 times in 15 share 0.81 nats; near half of that shows that they are known to.
    let gain = Self.score(after, data) - Self.score(before, data)
    #expect(gain > 0.35, "\(kind): \(gain)")
    // Still in the gauge.
    for unit in 0..<2 {
      let bias = after.bias(0).elements[unit * 3..<unit * 3 + 3].reduce(0, +)
      #expect(abs(bias) < 1e-4)
    }
  }
}
