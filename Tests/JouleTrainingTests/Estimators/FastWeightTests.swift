import Joule
import JouleTestSupport
import Testing

/// Persistent chains with fast weights.
@Suite struct FastWeightTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>
  typealias Kernel = BlockGibbs<Machine>
  static let key = RandomKey(seed: 2009)
  static let batch: Tensor<Double> = States.rows([3, 9, 12, 5, 5], count: 4)
  static let statistics = DataStatistics(
    rowCount: 5, means: batch.mean(along: 0), examples: batch)

  /// The recursion and the chains by hand.
  @Test func fastWeightsFollowTheGradientAndTheChainsFollowThem() {
    let machine = Fixtures.machine
    let estimator = FastWeights(
      PersistentContrastiveDivergence(steps: 2, chains: 3) { Kernel($0) }, rate: 0.5)
    var state = estimator.makeState(for: machine, data: Self.statistics, key: Self.key)
    var fast = machine.parameters.zeros()
    var chains = Kernel(machine).makeState(at: Self.statistics.startRows(3))
    for step in 0..<6 {
      var gradient = machine.parameters.zeros()
      estimator.estimate(
        machine, at: Self.batch, step: step, state: &state, into: &gradient, on: .single)

      var moved = machine
      for index in fast.entries.indices {
        moved.parameters.entries[index].value += fast.entries[index].value
      }
      for number in 0..<2 {
        Kernel(moved).step(
          &chains, using: ChainRandom(key: Self.key, firstChain: 0, step: 2 * step + number))
      }
      var expected = machine.gradient(at: Self.batch)
      let rows = Kernel(moved).completion(of: chains)
      var model = machine.parameters.zeros()
      machine.accumulateGradient(
        of: [GradientTerm(rows, weight: 1)], into: &model, scalingPreviousBy: 0, on: .single)
      for index in expected.entries.indices {
        expected.entries[index].value *= 0.2
        expected.entries[index].value -= model.entries[index].value * (1.0 / 3)
        fast.entries[index].value *= 0.95
        fast.entries[index].value -= expected.entries[index].value * 0.5
      }
      #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-13)
      #expect(estimator.chainRows(machine, of: state) == rows.visible)
    }
    #expect(fast.largestMagnitude > 0.1)
  }

  /// Chains that Gibbs sampling would leave where they are are driven from mode to mode.
  @Test func fastWeightsDriveChainsOutOfAMode() {
    let machine = TwoModes.machine(tilt: 0)
    let data = Tensor(
      concatenating: [TwoModes.off.rows(0..<5), TwoModes.off.rows(0..<5) + 1], along: 0)
    func visits(_ rate: Double) -> Double {
      let estimator = FastWeights(
        PersistentContrastiveDivergence(chains: 50) { Kernel($0) }, rate: rate)
      var state = estimator.makeState(for: machine, data: TwoModes.statistics, key: Self.key)
      var sum = 0.0
      for step in 0..<200 {
        _ = estimator.terms(machine, at: data, step: step, state: &state, on: .single)
        sum += TwoModes.isOn(estimator.chainRows(machine, of: state)).reduce(0, +) / 50
      }
      return sum / 200
    }
    #expect(visits(0.5) > 0.2)
    #expect(visits(1e-9) == 0)
  }

  @Test func neitherThreadsNorInterruptionsChangeABit() throws {
    try SmallRuns.requireSameBytes(
      Centered(
        FastWeights(
          PersistentContrastiveDivergence(chains: 40) { SmallRuns.Kernel($0) }, rate: 0.1)))
  }
}
