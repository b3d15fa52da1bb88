import Joule
import JouleTestSupport
import Testing

/// A machine of two modes that nothing local gets between: ten visible units all on or all off, held together
/// by one hidden unit.
enum TwoModes {
  typealias Machine = RestrictedBoltzmannMachine<Double>
  typealias Kernel = BlockGibbs<Machine>

  /// - Parameters:
  ///   - strength: 0 for independent units, 1 for modes that Gibbs sampling never leaves.
  ///   - tilt: the logit of the mode that is on, in closed form at strength 1: the biases of the modes
  ///     cancel but for it.
  static func machine(strength: Double = 1, tilt: Double) -> Machine {
    Machine(
      weights: Tensor([10, 1], repeating: 8 * strength),
      visibleBias: Tensor([10], repeating: -4 * strength),
      hiddenBias: Tensor([tilt - 40 * strength]))
  }

  /// What the visible units of the machine tell of it: which mode each row is in.
  static func isOn(_ rows: Tensor<Double>) -> [Double] {
    (0..<rows.shape[0]).map { rows.row($0).sum(along: 0)[] > 5 ? 1 : 0 }
  }

  /// p(more than five units on) by enumeration.
  static func weight(_ machine: Machine) -> Double {
    let states: Tensor<Double> = States.all(of: 10)
    let exact = BruteForceMachine(
      weights: machine.weights, visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias
    ).visibleProbabilities
    return zip(isOn(states), exact).reduce(0) { $0 + $1.0 * $1.1 }
  }

  static let off = Tensor<Double>(zeros: [200, 10])
  static let statistics = DataStatistics(
    rowCount: 200, means: Tensor([10], repeating: 0.5), examples: off)
}

/// One run of an estimator at models that a test chooses: no training.
struct EstimatorWalk<Estimator: TermEstimator & ChainHolding>
where Estimator.Model == TwoModes.Machine {
  let estimator: Estimator
  var state: Estimator.State
  var step = 0

  init(_ estimator: Estimator, at machine: TwoModes.Machine, key: RandomKey) {
    self.estimator = estimator
    state = estimator.makeState(for: machine, data: TwoModes.statistics, key: key)
  }

  /// An update's chains; where they are afterwards.
  mutating func update(_ machine: TwoModes.Machine) -> Tensor<Double> {
    _ = estimator.terms(
      machine, at: TwoModes.off.rows(0..<5), step: step, state: &state, on: Workers(count: 2))
    step += 1
    return estimator.chainRows(machine, of: state)
  }

  /// How often each chain is in the mode that is on, over so many updates.
  mutating func fractions(_ machine: TwoModes.Machine, updates: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: TwoModes.off.shape[0])
    for _ in 0..<updates {
      for (chain, value) in TwoModes.isOn(update(machine)).enumerated() { sums[chain] += value }
    }
    return sums.map { $0 / Double(updates) }
  }
}

/// Bars and stripes, trained for a while.
enum SmallRuns {
  typealias Machine = RestrictedBoltzmannMachine<Float>
  typealias Kernel = BlockGibbs<Machine>

  static func trainer<Estimator: GradientEstimator>(
    _ estimator: Estimator, epochs: Int, rate: Double = 0.1, seed: UInt64 = 4
  ) -> Trainer<Estimator, SGD> {
    Trainer(
      estimator: estimator, optimizer: SGD(),
      plan: TrainingPlan(
        epochs: epochs, batchSize: 8, learningRate: rate, key: RandomKey(seed: seed)))
  }

  static func start<Estimator: GradientEstimator>(
    _ trainer: Trainer<Estimator, SGD>, hidden: Int = 6
  ) -> TrainingRun<Estimator> where Estimator.Model == Machine {
    let data = Fixtures.barsAndStripes
    return trainer.start(
      Fixtures.startMachine(data, hidden: hidden), data: Fixtures.statistics(data))
  }

  /// The same parameters on one, two and three threads, and after an interruption that goes through an archive.
  static func requireSameBytes<Estimator: GradientEstimator>(
    _ estimator: Estimator, epochs: Int = 30
  ) throws where Estimator.Model == Machine {
    let data = Fixtures.barsAndStripes
    let trainer = trainer(estimator, epochs: epochs)
    let results = try [1, 2, 3].map { count in
      var run = start(trainer)
      try trainer.train(&run, on: data, workers: Workers(count: count))
      return run.model.parameters
    }
    #expect(results[0].firstNonFinite == nil)
    #expect(results[0] == results[1] && results[0] == results[2])

    let shorter = Self.trainer(estimator, epochs: epochs / 2)
    var run = start(shorter)
    try shorter.train(&run, on: data)
    #expect(run.model.parameters != results[0])
    var archive = Archive()
    run.archive(into: &archive, prefix: "")
    var restored = start(trainer)
    try restored.restore(from: archive, prefix: "")
    try trainer.train(&restored, on: data)
    #expect(restored.model.parameters == results[0])
  }
}
