import Joule
import JouleTestSupport
import Testing

/// Persistent chains in groups, with restarts, and what watches them.
@Suite struct ReplayTests {
  typealias Model = NaturalNormal<Double>
  typealias Kernel = RowCompleting<UnadjustedLangevin<Model>, Model>
  typealias Persistent = PersistentContrastiveDivergence<Kernel>

  static let rows = Tensor<Double>(normal: [90, 2], using: RandomKey(seed: 1))
  static let statistics = DataStatistics(
    rowCount: 90, means: rows.mean(along: 0), examples: rows)
  static let model = Model(standard: 2)

  static func kernel(_ model: Model) -> Kernel {
    RowCompleting(UnadjustedLangevin(model, stepSize: 0.01), for: model)
  }

  /// Far from where any chain goes by itself.
  static let farAway = UniformBox<Double>(lower: Tensor([50, 50]), upper: Tensor([51, 51]))

  @Test func chainsRestartAtTheirRate() {
    let estimator = Persistent(
      chains: 500, restarts: .noise(Self.farAway, rate: 0.1), kernel: Self.kernel)
    var state = estimator.makeState(
      for: Self.model, data: Self.statistics, key: RandomKey(seed: 2))
    let before = estimator.chainRows(Self.model, of: state)
    _ = estimator.terms(Self.model, at: Self.rows, step: 0, state: &state, on: .single)
    let after = estimator.chainRows(Self.model, of: state)
    let restarted = (0..<500).filter { after[$0, 0] > 40 }
    // Binomial: 50 ± 6.7, and 4.5 deviations.
    #expect(abs(restarted.count - 50) < 31)
    // The others have made a small step, no more: √(2η) = 0.14, five times that.
    for chain in 0..<500 where !restarted.contains(chain) {
      #expect(abs(after[chain, 0] - before[chain, 0]) < 0.75)
    }
  }

  @Test(arguments: [false, true]) func chainsBeginWhereTheyAreTold(atNoise: Bool) {
    let estimator = Persistent(
      chains: 40, groups: 2, restarts: .noise(Self.farAway, rate: 0, beginning: atNoise),
      kernel: Self.kernel)
    var state = estimator.makeState(
      for: Self.model, data: Self.statistics, key: RandomKey(seed: 2))
    let rows = estimator.chainRows(Self.model, of: state)
    #expect(atNoise ? rows.min() >= 50 && rows.max() < 51 : rows.max() < 10)
    #expect(Set((0..<80).map { rows[$0, 0] }).count == 80)
    // At a rate of 0 none begins anew: from 50 on, a step of 0.01 is half a unit inwards.
    _ = estimator.terms(Self.model, at: Self.rows, step: 0, state: &state, on: .single)
    #expect(estimator.chainRows(Self.model, of: state).max() < 51 + 0.75)
  }

  @Test func restartsFromDataStandAtRowsOfTheBatch() {
    let estimator = Persistent(chains: 70, restarts: .data(rate: 1), kernel: Self.kernel)
    var state = estimator.makeState(
      for: Self.model, data: Self.statistics, key: RandomKey(seed: 2))
    let batch = Self.rows.rows(0..<3) + 100
    _ = estimator.terms(Self.model, at: batch, step: 0, state: &state, on: .single)
    let after = estimator.chainRows(Self.model, of: state)
    // A step of 0.01 from 100 on is 1 inwards.
    #expect(after.min() > 90)
  }

  @Test func everyUpdateMovesOneGroup() {
    let estimator = Persistent(chains: 40, groups: 5, kernel: Self.kernel)
    var state = estimator.makeState(
      for: Self.model, data: Self.statistics, key: RandomKey(seed: 3))
    var before = estimator.chainRows(Self.model, of: state)
    #expect(before.shape == [200, 2])
    var moved: [Int] = []
    for step in 0..<60 {
      let terms = estimator.terms(
        Self.model, at: Self.rows, step: step, state: &state, on: Workers(count: 2))
      let after = estimator.chainRows(Self.model, of: state)
      let changed = (0..<5).filter {
        after.rows(40 * $0..<40 * $0 + 40) != before.rows(40 * $0..<40 * $0 + 40)
      }
      #expect(changed.count == 1)
      moved += changed
      let negative = Tensor(
        concatenating: terms.filter { $0.weight < 0 }.map(\.completion), along: 0)
      #expect(negative == after.rows(40 * changed[0]..<40 * changed[0] + 40))
      before = after
    }
    // Each of five is missed in 60 draws with a probability of 10⁻⁶.
    #expect(Set(moved) == [0, 1, 2, 3, 4])
  }

  static func trainer(
    _ estimator: Persistent, epochs: Int = 6
  ) -> Trainer<Persistent, SGD> {
    Trainer(
      estimator: estimator, optimizer: SGD(),
      plan: TrainingPlan(
        epochs: epochs, batchSize: 45, learningRate: 0.01, key: RandomKey(seed: 4)))
  }

  @Test func neitherThreadsNorInterruptionsChangeABit() throws {
    let estimator = Persistent(
      steps: 3, chains: 70, groups: 3, restarts: .noise(Self.farAway, rate: 0.02),
      kernel: Self.kernel)
    let data = Dataset(Tensor<Float>(Self.rows))
    let trainer = Self.trainer(estimator)
    let results = try [1, 2, 3].map { count in
      var run = trainer.start(Self.model, data: Self.statistics)
      try trainer.train(&run, on: data, workers: Workers(count: count))
      return run.model.parameters
    }
    #expect(results[0] == results[1] && results[0] == results[2])

    let shorter = Self.trainer(estimator, epochs: 2)
    var run = shorter.start(Self.model, data: Self.statistics)
    try shorter.train(&run, on: data)
    var archive = Archive()
    run.archive(into: &archive, prefix: "")
    var restored = trainer.start(Self.model, data: Self.statistics)
    try restored.restore(from: archive, prefix: "")
    try trainer.train(&restored, on: data)
    #expect(restored.model.parameters == results[0])
  }

  /// Chains of small steps stay where they began, and R-hat says so; chains of large ones do not.
  @Test func theMonitorTellsChainsThatMixFromThoseThatDoNot() throws {
    let data = Dataset(Tensor<Float>(Self.rows))
    func monitor(_ stepSize: Double) throws -> ChainMonitor<Persistent> {
      let estimator = Persistent(steps: 2, chains: 20) { model in
        RowCompleting(UnadjustedLangevin(model, stepSize: stepSize), for: model)
      }
      let monitor = ChainMonitor(of: estimator, data: Self.rows)
      let trainer = Trainer(
        estimator: estimator, optimizer: SGD(),
        plan: TrainingPlan(
          epochs: 2, batchSize: 1, learningRate: 1e-4, key: RandomKey(seed: 5)))
      var run = trainer.start(Self.model, data: Self.statistics)
      try trainer.train(&run, on: data, observers: [monitor])
      return monitor
    }
    func worst(_ monitor: ChainMonitor<Persistent>) throws -> Double {
      let draws = try #require(monitor.draws)
      #expect(draws.chainCount == 16 && draws.drawCount == 90)
      return draws.diagnostics().compactMap(\.rHat).max() ?? .nan
    }
    let quick = try monitor(0.5)
    #expect(try worst(quick) < 1.1)
    #expect(try worst(monitor(1e-4)) > 2)
    #expect(quick.gaps.map(\.epoch) == [1, 2])
    // E of a standard normal plane is 1 ± 1: 90 rows of data and 20 chains, 4.5 deviations of both.
    let limit = 4.5 * (1.0 / 90 + 1.0 / 20).squareRoot()
    for gap in quick.gaps { #expect(abs(gap.difference) < limit) }
    #expect(quick.returns.isEmpty)
  }
}
