import Joule
import JouleTestSupport
import Testing

/// The estimators on machines of other units and of more layers: nothing in them knows of bits.
@Suite struct AnyUnitsEstimatorTests {
  typealias Machine = BoltzmannMachine<Double>
  static let key = RandomKey(seed: 31)

  static func machine(_ layers: [UnitLayer]) -> Machine {
    var machine = Machine(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).enumerated().map { index, pair in
        Tensor(
          normal: [pair.0.width, pair.1.width], using: key.folded("w").folded(UInt64(index))) * 0.7
      })
    for index in machine.parameters.entries.indices
    where machine.parameters.entries[index].name.hasSuffix("bias") {
      let shape = machine.parameters.entries[index].value.shape
      machine.parameters.entries[index].value =
        Tensor(normal: shape, using: key.folded("b").folded(UInt64(index))) * 0.5
    }
    return machine
  }

  static let machines = [
    (
      "mixed",
      machine([
        UnitLayer([BernoulliUnits(2), PottsUnits(1, states: 3), SpinUnits(2)]),
        UnitLayer([BernoulliUnits(2), SpinUnits(1)]),
      ])
    ),
    (
      "deep",
      machine([UnitLayer(BernoulliUnits(3)), UnitLayer(SpinUnits(3)), UnitLayer(BernoulliUnits(2))])
    ),
  ]

  static func rows(_ machine: Machine, _ count: Int) -> Tensor<Double> {
    let path = machine.annealingPath(fromMeans: nil)
    return path.position(
      of: path.sampleBase(count: count, using: ChainRandom(key: key.folded("rows"))))
  }

  /// E[∂E/∂θ] of independent chains, parameter by parameter, against enumeration.
  static func zScores<Estimator: TermEstimator & ChainHolding>(
    _ estimator: Estimator, _ machine: Machine
  ) -> [Double] where Estimator.Model == Machine {
    let rows = rows(machine, 600)
    let statistics = DataStatistics(
      rowCount: rows.shape[0], means: rows.mean(along: 0), examples: rows)
    var state = estimator.makeState(for: machine, data: statistics, key: key)
    let batch = rows.rows(0..<2)
    for step in 0..<60 {
      _ = estimator.terms(machine, at: batch, step: step, state: &state, on: Workers(count: 2))
    }
    let exact = ExactGradient<Machine>()
    var none = exact.makeState(for: machine, data: statistics, key: key)
    var gradient = machine.parameters.zeros()
    exact.estimate(machine, at: batch, step: 0, state: &none, into: &gradient, on: .single)
    func flat(_ set: ParameterSet<Double>) -> [Double] { set.entries.flatMap(\.value.elements) }
    let data = flat(machine.gradient(at: batch)).map { $0 / 2 }
    let expected = zip(data, flat(gradient)).map { $0 - $1 }
    let chains = estimator.chainRows(machine, of: state)
    let samples = (0..<chains.shape[0]).map {
      flat(machine.gradient(at: chains.rows($0..<$0 + 1)))
    }
    return expected.indices.map { index in
      MonteCarlo.zScore(of: samples.map { $0[index] }, expected: expected[index])
    }
  }

  @Test(arguments: machines)
  func theModelsTermHasTheEnumeratedExpectation(name: String, machine: Machine) throws {
    let ladder = try TemperatureLadder.linear(count: 4)
    let tempered = PersistentContrastiveDivergence(chains: 600) { (model: Machine) in
      TemperedChains(model, along: model.annealingPath(fromMeans: nil), ladder: ladder)
    }
    let trajectory = TrajectoryTempering(chains: 600) { BlockGibbs<Machine>($0) }
    for scores in [Self.zScores(tempered, machine), Self.zScores(trajectory, machine)] {
      // Some thirty parameters: beyond 4.5 once in five thousand runs.
      #expect(scores.allSatisfy { abs($0) < 4.5 }, "\(name): \(scores)")
    }
  }

  /// log Z by way of the model without couplings, whose units are independent.
  @Test(arguments: machines)
  func logPartitionIsRightWithinItsError(name: String, machine: Machine) throws {
    let estimator = TrajectoryTempering(chains: 600, threshold: 0.7) { BlockGibbs<Machine>($0) }
    let rows = Self.rows(machine, 600)
    var grown = machine
    let statistics = DataStatistics(
      rowCount: rows.shape[0], means: rows.mean(along: 0), examples: rows)
    var state = estimator.makeState(for: machine, data: statistics, key: Self.key)
    for step in 0..<160 {
      // The couplings grow for a while, then stay.
      for index in machine.parameters.entries.indices
      where machine.parameters.entries[index].role == .weight {
        grown.parameters.entries[index].value =
          machine.parameters.entries[index].value * min(1, Double(step) / 60)
      }
      _ = estimator.terms(
        grown, at: rows.rows(0..<2), step: step, state: &state, on: Workers(count: 2))
    }
    let found = estimator.logPartition(machine, of: state)
    let exact = ExactPartition.logPartition(of: machine)
    #expect(found.standardError > 0 && found.standardError < 0.1)
    #expect(
      abs(found.value - exact) < 4.5 * found.standardError,
      "\(name): \(found), exact \(exact)")
    #expect(try #require(estimator.figures(machine, of: state)["snapshots"]) > 1)
  }
}
