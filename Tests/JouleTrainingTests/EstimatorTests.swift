import Joule
import JouleTestSupport
import Testing

/// Gradient estimators against enumeration.
@Suite struct EstimatorTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>
  static let machine = Fixtures.machine
  static let batch: Tensor<Double> = States.rows([3, 9, 12, 5, 5], count: 4)

  @Test func exactGradientIsTheDerivativeOfTheLikelihood() {
    let estimator = ExactGradient<Machine>()
    var state = estimator.makeState(
      for: Self.machine,
      data: DataStatistics(rowCount: 5, means: Self.batch.mean(along: 0), examples: Self.batch),
      key: RandomKey(seed: 0))
    var gradient = Self.machine.parameters.zeros()
    estimator.estimate(
      Self.machine, at: Self.batch, step: 0, state: &state, into: &gradient, on: .single)
    let expected = FiniteDifferences.gradient(at: Self.machine.parameters) { parameters in
      var moved = Self.machine
      moved.parameters = parameters
      return moved.energy(of: Self.batch).mean() + Fixtures.bruteForce(moved).logPartition
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test(arguments: [(7, 3), (3, 7)])
  func bothLayersEnumerateToTheSameGradient(visible: Int, hidden: Int) {
    let machine = Machine(
      weights: Tensor(normal: [visible, hidden], using: RandomKey(seed: 3)),
      visibleBias: Tensor(normal: [visible], using: RandomKey(seed: 4)),
      hiddenBias: Tensor(normal: [hidden], using: RandomKey(seed: 5)))
    let joint = machine.jointProbabilities()
    var gradient = machine.parameters.zeros()
    let estimator = ExactGradient<Machine>()
    let rows: Tensor<Double> = States.rows([1], count: visible)
    var state = estimator.makeState(
      for: machine, data: DataStatistics(rowCount: 1, means: rows.row(0), examples: rows),
      key: RandomKey(seed: 0))
    estimator.estimate(
      machine, at: rows, step: 0, state: &state, into: &gradient, on: Workers(count: 2))
    let data = machine.gradient(at: rows)
    for i in 0..<visible {
      for j in 0..<hidden {
        var moment = 0.0
        for v in 0..<1 << visible where v >> i & 1 == 1 {
          for h in 0..<1 << hidden where h >> j & 1 == 1 { moment += joint[v, h] }
        }
        #expect(abs(gradient["weights"][i, j] - data["weights"][i, j] - moment) < 1e-12)
      }
    }
  }

  /// E[CD-k] by enumeration of the k-step kernel, for every parameter, against many sampled estimates.
  @Test(arguments: [1, 3])
  func sampledContrastiveDivergenceHasTheEnumeratedExpectation(steps: Int) {
    let (mean, zScores) = Self.contrastiveDivergence(
      steps: steps, expectedSteps: steps, estimates: 20_000)
    #expect(mean.firstNonFinite == nil)
    // 19 parameters: a z-score of 4.5 is passed by chance once in some eight thousand runs.
    #expect((zScores.map { abs($0) }.max() ?? .infinity) < 4.5, "\(zScores)")
  }

  /// CD-1 is not CD-3, and the test above can tell them apart.
  @Test func anotherNumberOfStepsIsFoundOut() {
    let (_, zScores) = Self.contrastiveDivergence(steps: 1, expectedSteps: 3, estimates: 20_000)
    #expect((zScores.map { abs($0) }.max() ?? 0) > 10)
  }

  static func contrastiveDivergence(
    steps: Int, expectedSteps: Int, estimates: Int
  ) -> (ParameterSet<Double>, [Double]) {
    let estimator = ContrastiveDivergence(steps: steps) { BlockGibbs<Machine>($0) }
    let rows = Self.batch.rows(0..<1)
    let start = 3
    var state = estimator.makeState(
      for: machine, data: DataStatistics(rowCount: 1, means: rows.row(0), examples: rows),
      key: RandomKey(seed: 77))
    var gradient = machine.parameters.zeros()
    var samples: [[Double]] = []
    for step in 0..<estimates {
      estimator.estimate(
        machine, at: rows, step: step, state: &state, into: &gradient, on: .single)
      samples.append(gradient.entries.flatMap(\.value.elements))
    }
    let matrix = Fixtures.bruteForce(machine).gibbsMatrix
    var p = (0..<16).map { $0 == start ? 1.0 : 0 }
    for _ in 0..<expectedSteps {
      p = matrix.map { row in zip(row, p).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let all: Tensor<Double> = States.all(of: 4)
    var expected = machine.gradient(at: rows)
    let model = machine.gradient(at: all, rowWeights: Tensor(p))
    for index in expected.entries.indices {
      expected.entries[index].value -= model.entries[index].value
    }
    let flat = expected.entries.flatMap(\.value.elements)
    return (
      gradient,
      flat.indices.map { index in
        MonteCarlo.zScore(of: samples.map { $0[index] }, expected: flat[index])
      }
    )
  }

  @Test func persistentChainsAreNeverRestarted() {
    let estimator = PersistentContrastiveDivergence(chains: 3) { BlockGibbs<Machine>($0) }
    let statistics = DataStatistics(
      rowCount: 5, means: Self.batch.mean(along: 0), examples: Self.batch)
    let key = RandomKey(seed: 12)
    var state = estimator.makeState(for: Self.machine, data: statistics, key: key)
    // The same chains by hand, whatever the batches are.
    let kernel = BlockGibbs(Self.machine)
    var chains = kernel.makeState(at: statistics.startRows(3))
    for step in 0..<5 {
      let terms = estimator.terms(
        Self.machine, at: Self.batch.rows(0..<(1 + step % 3)), step: step, state: &state,
        on: .single)
      kernel.step(&chains, using: ChainRandom(key: key, firstChain: 0, step: step))
      #expect(terms.last?.completion == kernel.completion(of: chains))
      #expect(
        abs(terms.reduce(0) { $0 + $1.weight * Double($1.completion.visible.shape[0]) }) < 1e-12)
    }
  }
}
