import Joule
import JouleTestSupport
import Testing

/// Estimators whose chains are tempered, by temperatures or by the model's own past.
@Suite struct TemperingEstimatorTests {
  typealias Machine = TwoModes.Machine
  typealias Kernel = TwoModes.Kernel
  static let key = RandomKey(seed: 2010)

  static func ladder(_ count: Int) throws -> TemperatureLadder { try .linear(count: count) }

  static func tempered(
    chains: Int, temperatures: Int, means: Tensor<Double>? = nil
  ) throws -> PersistentContrastiveDivergence<
    TemperedChains<RestrictedBoltzmannPath<Double>, Machine>
  > {
    let ladder = try ladder(temperatures)
    return PersistentContrastiveDivergence(chains: chains) { model in
      TemperedChains(
        model, along: model.annealingPath(fromMeans: means), ladder: ladder)
    }
  }

  /// Of the data, both modes alike.
  static let means = Tensor<Double>([10], repeating: 0.5)

  /// Chains that all start in the mode that is off find the weight of the other; Gibbs chains stay.
  @Test func parallelTemperingFindsTheWeightOfAMode() throws {
    let machine = TwoModes.machine(tilt: 1)
    let expected = TwoModes.weight(machine)
    var walk = EstimatorWalk(
      try Self.tempered(chains: 200, temperatures: 8, means: Self.means), at: machine,
      key: Self.key)
    _ = walk.fractions(machine, updates: 400)
    let z = MonteCarlo.zScore(of: walk.fractions(machine, updates: 300), expected: expected)
    #expect(abs(z) < 4, "\(z) deviations from \(expected), key \(Self.key)")

    var gibbs = EstimatorWalk(
      PersistentContrastiveDivergence(chains: 200) { Kernel($0) }, at: machine, key: Self.key)
    #expect(gibbs.fractions(machine, updates: 700).allSatisfy { $0 == 0 })
  }

  /// The fitted ladder refuses swaps about equally often, a linear one of this machine does not.
  @Test func theLadderFollowsTheModel() throws {
    let machine = TwoModes.machine(tilt: 1)
    func spread(fitEvery: Int?) throws -> Double {
      let ladder = try Self.ladder(6)
      let kernel = TemperedChains(
        machine, along: machine.annealingPath(fromMeans: Self.means), ladder: ladder,
        fitEvery: fitEvery)
      var state = kernel.makeState(at: TwoModes.off)
      // Ends half way between two fits.
      for step in 0..<1100 {
        kernel.step(&state, using: ChainRandom(key: Self.key, step: step))
      }
      let rates = state.record.swapRates
      return (rates.max() ?? 0) - (rates.min() ?? 1)
    }
    let (fitted, linear) = (try spread(fitEvery: 200), try spread(fitEvery: nil))
    #expect(fitted < linear / 2, "\(fitted) after fitting, \(linear) before")
  }

  /// The weight of a mode changes after the modes have come apart: the past carries chains across, and
  /// chains that have none keep the old weight.
  @Test func trajectoryTemperingFindsTheWeightOfAMode() {
    func follow<Estimator: TermEstimator & ChainHolding>(
      _ estimator: Estimator
    ) -> [Double] where Estimator.Model == Machine {
      var walk = EstimatorWalk(
        estimator, at: TwoModes.machine(strength: 0, tilt: 0), key: Self.key)
      for update in 0...400 {
        _ = walk.update(TwoModes.machine(strength: Double(update) / 400, tilt: 0))
      }
      for update in 0...20 { _ = walk.update(TwoModes.machine(tilt: Double(update) / 20)) }
      let machine = TwoModes.machine(tilt: 1)
      _ = walk.fractions(machine, updates: 400)
      return walk.fractions(machine, updates: 300)
    }
    let expected = TwoModes.weight(TwoModes.machine(tilt: 1))
    let tempered = follow(
      TrajectoryTempering(chains: 200, threshold: 0.4) { Kernel($0) })
    let z = MonteCarlo.zScore(of: tempered, expected: expected)
    #expect(abs(z) < 4, "\(z) deviations from \(expected), key \(Self.key)")

    let trapped = follow(PersistentContrastiveDivergence(chains: 200) { Kernel($0) })
    #expect(abs(MonteCarlo.zScore(of: trapped, expected: expected)) > 4)
    #expect(trapped.allSatisfy { $0 == 0 || $0 == 1 })
  }

  /// E[∂E/∂θ] of the chains of every estimator against enumeration, with chains that know nothing of each other.
  @Test func theModelsTermHasTheEnumeratedExpectation() throws {
    func requireExact<Estimator: TermEstimator & ChainHolding>(
      _ estimator: Estimator, _ name: String
    ) where Estimator.Model == Machine {
      let machine = Fixtures.machine
      let exact = Fixtures.bruteForce(machine).visibleProbabilities
      let table = AliasTable(weights: exact)
      var stream = RandomStream(key: Self.key)
      let rows: Tensor<Double> = States.rows(
        (0..<2000).map { _ in stream.categorical(table) }, count: 4)
      var state = estimator.makeState(
        for: machine,
        data: DataStatistics(rowCount: 2000, means: rows.mean(along: 0), examples: rows),
        key: Self.key)
      var terms: [GradientTerm<Machine>] = []
      for step in 0..<60 {
        terms = estimator.terms(
          machine, at: rows.rows(0..<2), step: step, state: &state, on: Workers(count: 2))
      }
      let chains = terms.filter { $0.weight < 0 }
      #expect(
        abs(chains.reduce(0) { $0 + $1.weight * Double($1.completion.visible.shape[0]) } + 1) < 1e-9
      )
      let states = States.numbers(of: estimator.chainRows(machine, of: state))
      let score = MonteCarlo.chiSquareScore(of: states, probabilities: exact)
      #expect(abs(score) < 4.5, "\(name): \(score), key \(Self.key)")
      // The hidden means are the model's given those rows.
      for term in chains {
        let means = machine.hiddenMean(given: term.completion.visible)
        #expect((means - term.completion.hiddenMean).largestMagnitude < 1e-12)
      }
    }
    requireExact(try Self.tempered(chains: 2000, temperatures: 4), "parallel tempering")
    requireExact(TrajectoryTempering(chains: 2000) { Kernel($0) }, "trajectory tempering")
  }

  @Test func neitherThreadsNorInterruptionsChangeABit() throws {
    let ladder = try Self.ladder(4)
    try SmallRuns.requireSameBytes(
      Centered(
        PersistentContrastiveDivergence(steps: 2, chains: 40) { model in
          TemperedChains(
            model, along: model.annealingPath(fromMeans: nil), ladder: ladder, fitEvery: 7)
        }))
    try SmallRuns.requireSameBytes(
      Centered(TrajectoryTempering(chains: 40, threshold: 0.8) { SmallRuns.Kernel($0) }))
  }
}

/// log Z as trajectory tempering knows it, beside enumeration.
@Suite struct TrajectoryPartitionTests {
  typealias Estimator = TrajectoryTempering<SmallRuns.Kernel>

  /// Errors in units of the stated ones, over seeds, while the model learns: none is large, and they are as
  /// large together as they say.
  @Test func logPartitionIsRightWithinItsError() throws {
    var scores: [Double] = []
    for seed in UInt64(1)...8 {
      let estimator = Centered(Estimator(chains: 100, threshold: 0.6) { SmallRuns.Kernel($0) })
      let trainer = SmallRuns.trainer(estimator, epochs: 300, rate: 0.3, seed: seed)
      var run = SmallRuns.start(trainer)
      try trainer.train(&run, on: Fixtures.barsAndStripes)
      let figures = run.figures(of: estimator)
      let exact = ExactPartition.logPartition(of: RestrictedBoltzmannMachine<Double>(run.model))
      let value = try #require(figures["log_partition"])
      let error = try #require(figures["log_partition_error"])
      #expect(try #require(figures["snapshots"]) >= 3)
      #expect(error > 0 && error < 0.3, "\(error)")
      scores.append((value - exact) / error)
    }
    // Eight normal numbers: one beyond 4 in two thousand runs; their mean square within 4 deviations.
    #expect(scores.allSatisfy { abs($0) < 4 }, "\(scores)")
    let meanSquare = scores.reduce(0) { $0 + $1 * $1 } / 8
    #expect(meanSquare < 1 + 4 * (2.0 / 8).squareRoot(), "\(scores)")
    #expect(abs(scores.reduce(0, +)) / 8.0.squareRoot() < 4, "\(scores)")
  }

  /// Before the first update there is only the model without couplings and one that is nearly that.
  @Test func theUncoupledModelIsKnownExactly() throws {
    let estimator = TrajectoryTempering(chains: 50) { TwoModes.Kernel($0) }
    var machine = TwoModes.machine(strength: 0, tilt: 0.7)
    machine.parameters.entries[1].value = Tensor(normal: [10], using: RandomKey(seed: 5))
    let state = estimator.makeState(
      for: machine, data: TwoModes.statistics, key: RandomKey(seed: 6))
    let found = estimator.logPartition(machine, of: state)
    let exact = Fixtures.bruteForce(machine).logPartition
    #expect(abs(found.value - exact) < 1e-12 && found.standardError < 1e-12)
  }
}
