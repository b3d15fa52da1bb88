import Joule
import JouleTestSupport
import Testing

/// Estimators that descend a function of their own: the gradient is that function's, whatever the threads.
@Suite struct ObjectiveTests {
  /// Enough rows for three pieces of a batch.
  static let batch = Tensor<Double>(normal: [140, 2], using: RandomKey(seed: 1)) * 0.8 + 0.3

  static func check<Estimator: ObjectiveEstimator>(
    _ estimator: Estimator, _ model: Estimator.Model, at batch: Tensor<Double> = batch,
    objective: ((Estimator.Model, Estimator.State) -> Double)? = nil
  ) where Estimator.Model.Scalar == Double {
    let step = 5
    var state = estimator.makeState(
      for: model,
      data: DataStatistics(rowCount: batch.shape[0], means: batch.mean(along: 0), examples: batch),
      key: RandomKey(seed: 2))
    let gradients = [1, 2, 3].map { count in
      var gradient = model.parameters
      estimator.estimate(
        model, at: batch, step: step, state: &state, into: &gradient, on: Workers(count: count))
      return gradient
    }
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return objective?(moved, state)
        ?? estimator.objective(moved, at: batch, step: step, state: state, on: .single)
    }
    // Central differences of 10⁻⁵: 10⁻¹⁰ of the third derivative, and rounding of 10⁻¹⁶ · L / 10⁻⁵.
    #expect(FiniteDifferences.largestDifference(gradients[0], expected) < 1e-7)
    #expect(expected.largestMagnitude > 1e-2)
  }

  let network = PlaneNetwork<Double>(hidden: 4, seed: 3)

  @Test func scoreMatching() { Self.check(ScoreMatching(), network) }

  @Test(arguments: [1, 3]) func slicedScoreMatching(directions: Int) {
    Self.check(SlicedScoreMatching(directions: directions), network)
  }

  @Test func denoisingScoreMatching() { Self.check(DenoisingScoreMatching(noise: 0.3), network) }

  @Test func noiseConditionalScoreMatching() {
    Self.check(
      NoiseConditionalScoreMatching(noises: [0.1, 0.5, 2]), NoisyNormal(variance: 0.7))
  }

  @Test(arguments: [1, 3]) func noiseContrastiveEstimation(ratio: Int) throws {
    let noise = try NormalDistribution<Double>(
      mean: Tensor([0.2, 0]), covariance: Tensor([[1.5, 0.3], [0.3, 1]]))
    Self.check(
      NoiseContrastiveEstimation(noise: noise, ratio: ratio),
      SelfNormalized(network, logPartition: 0.4))
  }

  @Test func gradientOnAGrid() {
    let grid = Grid<Double>([-6...6, -5...7], counts: [40, 44])
    Self.check(GridGradient(on: grid), network)
  }

  @Test func ratioMatching() {
    Self.check(RatioMatching(), TwoBits(), at: TwoBits.data)
    Self.check(RatioMatching(), Fixtures.machine, at: States.rows([3, 9, 12, 5, 5], count: 4))
  }

  @Test(arguments: [(1, 1.0), (3, 0.5)])
  func klCorrectedContrastiveDivergence(steps: Int, entropyWeight: Double) {
    let estimator = KLCorrectedContrastiveDivergence<PlaneNetwork<Double>>(
      steps: steps, stepSize: 0.02, entropyWeight: entropyWeight)
    // The sampler's energy and where its chains are stay as they are while the parameters move.
    Self.check(estimator, network) { moved, state in
      estimator.objective(
        moved, fixed: network, at: Self.batch, step: 5, state: state, on: .single)
    }
  }

  /// What the penalty adds, with chains that stand still.
  @Test func energyPenalty() {
    struct Fixed: TermEstimator {
      typealias Model = PlaneNetwork<Double>
      let chains: Tensor<Double>
      func makeState(
        for model: Model, data statistics: DataStatistics<Double>, key: RandomKey
      ) -> DrawKey { DrawKey(key) }
      func terms(
        _ model: Model, at batch: Tensor<Double>, step: Int, state: inout DrawKey,
        on workers: Workers
      ) -> [GradientTerm<Model>] {
        [
          GradientTerm(batch, weight: 1 / Double(batch.shape[0])),
          GradientTerm(chains, weight: -1 / Double(chains.shape[0])),
        ]
      }
    }
    let chains = Tensor<Double>(normal: [30, 2], using: RandomKey(seed: 4))
    let estimator = EnergyRegularized(Fixed(chains: chains), weight: 0.2)
    var state = DrawKey(RandomKey(seed: 0))
    var gradient = network.parameters
    estimator.estimate(
      network, at: Self.batch, step: 0, state: &state, into: &gradient, on: .single)
    let expected = FiniteDifferences.gradient(at: network.parameters) { parameters in
      var moved = network
      moved.parameters = parameters
      let (data, model) = (moved.energy(of: Self.batch), moved.energy(of: chains))
      return data.mean() - model.mean() + 0.2 * (data.squared().mean() + model.squared().mean())
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7)
  }

  /// One direction at a time has the expectation of all: every parameter's slope, over many draws.
  @Test func slicesAreUnbiased() {
    var exact = network.parameters
    var state = DrawKey(RandomKey(seed: 6))
    ScoreMatching().estimate(
      network, at: Self.batch, step: 0, state: &state, into: &exact, on: .single)
    let zScores = Self.zScores(
      SlicedScoreMatching(), network, steps: 500, expected: exact
    ) { _ in Self.batch }
    // 16 parameters: 4.5 is passed by chance once in some nine thousand runs.
    #expect((zScores.map { abs($0) }.max() ?? .infinity) < 4.5, "\(zScores)")
  }

  /// z-scores of an estimator's mean over steps.
  static func zScores<Estimator: GradientEstimator>(
    _ estimator: Estimator, _ model: Estimator.Model, steps: Int,
    expected: ParameterSet<Double>? = nil, batch: (Int) -> Tensor<Double>
  ) -> [Double] where Estimator.Model.Scalar == Double {
    let first = batch(0)
    var state = estimator.makeState(
      for: model, data: DataStatistics(rowCount: 1, means: first.row(0), examples: first),
      key: RandomKey(seed: 8))
    var gradient = model.parameters.zeros()
    var found: [[Double]] = []
    for step in 0..<steps {
      estimator.estimate(
        model, at: batch(step), step: step, state: &state, into: &gradient, on: .single)
      found.append(gradient.entries.flatMap(\.value.elements))
    }
    let target = (expected ?? model.parameters.zeros()).entries.flatMap(\.value.elements)
    return target.indices.map { place in
      MonteCarlo.zScore(of: found.map { $0[place] }, expected: target[place])
    }
  }
}
