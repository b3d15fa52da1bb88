import Joule
import JouleTestSupport
import Testing

/// Estimators on families whose answer is known.
@Suite struct ClosedFormTests {
  static let mean = Tensor<Double>([0.5, -0.3])
  static let covariance = Tensor<Double>([[1.2, 0.4], [0.4, 0.7]])
  static let rows = Tensor<Double>(
    NormalDistribution(mean: Tensor<Float>(mean), unchecked: Tensor<Float>(covariance))
      .sample(count: 300, using: ChainRandom(key: RandomKey(seed: 1))))

  /// Mean and covariance of the rows themselves.
  static let moments: (mean: Tensor<Double>, covariance: Tensor<Double>) = {
    let mean = rows.mean(along: 0)
    let centered = rows - mean
    return (mean, centered.transposed().matmul(centered) * (1 / 300))
  }()

  static func trained<Estimator: GradientEstimator>(
    _ estimator: Estimator, from start: Estimator.Model, on rows: Tensor<Double> = rows,
    epochs: Int, rate: Double, schedule: Schedule = .constant, batchSize: Int? = nil
  ) throws -> Estimator.Model {
    let data = Dataset(Tensor<Float>(rows))
    let trainer = Trainer(
      estimator: estimator, optimizer: SGD(momentum: 0.9),
      plan: TrainingPlan(
        epochs: epochs, batchSize: batchSize ?? rows.shape[0], learningRate: rate,
        schedule: schedule, averaging: 0.99, key: RandomKey(seed: 3)))
    var run = trainer.start(
      start, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 4)))
    try trainer.train(&run, on: data)
    return schedule == .constant ? run.model : run.trainedModel
  }

  static func distance(_ a: NaturalNormal<Double>, _ b: NaturalNormal<Double>) -> Double {
    FiniteDifferences.largestDifference(a.parameters, b.parameters)
  }

  static func expected(addingVariance: Double = 0) throws -> NaturalNormal<Double> {
    try NaturalNormal(
      mean: moments.mean,
      covariance: moments.covariance + Tensor<Double>.identity(2) * addingVariance)
  }

  /// For a normal distribution the objective is quadratic with its minimum at the rows' own moments.
  @Test func scoreMatchingFindsTheMoments() throws {
    let found = try Self.trained(
      ScoreMatching(), from: NaturalNormal<Double>(standard: 2), epochs: 500, rate: 0.1)
    #expect(Self.distance(found, try Self.expected()) < 1e-9)
  }

  @Test func gradientOnAGridFindsTheMoments() throws {
    let grid = Grid<Double>(variableCount: 2, over: -9...9, count: 40)
    let found = try Self.trained(
      GridGradient(on: grid), from: NaturalNormal<Double>(standard: 2), epochs: 500, rate: 0.1)
    #expect(Self.distance(found, try Self.expected()) < 1e-9)
  }

  /// Denoising learns the rows with the noise: there its gradient vanishes on average, and not at the rows' own
  /// moments.
  @Test func denoisingFindsTheMomentsOfNoisyRows() throws {
    let estimator = DenoisingScoreMatching<NaturalNormal<Double>>(noise: 0.5)
    let noisy = ObjectiveTests.zScores(
      estimator, try Self.expected(addingVariance: 0.25), steps: 400
    ) { _ in Self.rows }
    #expect((noisy.map { abs($0) }.max() ?? .infinity) < 4.5, "\(noisy)")
    let plain = ObjectiveTests.zScores(
      estimator, try Self.expected(), steps: 400
    ) { _ in Self.rows }
    #expect((plain.map { abs($0) }.max() ?? 0) > 8)
  }

  @Test func manyNoisesHaveOneMinimum() throws {
    let estimator = NoiseConditionalScoreMatching<NoisyNormal>(noises: [0.1, 0.4, 1.5])
    func batch(_ step: Int) -> Tensor<Double> {
      Tensor(normal: [100, 2], using: RandomKey(seed: 9).folded(UInt64(step))) * 0.6.squareRoot()
    }
    func largest(_ variance: Double) -> Double {
      ObjectiveTests.zScores(
        estimator, NoisyNormal(variance: variance), steps: 400, batch: batch
      ).map { abs($0) }.max()
        ?? .infinity
    }
    #expect(largest(0.6) < 4.5)
    #expect(largest(0.5) > 8)
  }

  /// log Z is learnt beside the moments. Its error with 4,000 rows and four times as much noise is of the order
  /// of 1/√4000 = 0.016; five of those are allowed, and to the parameters three times as many.
  @Test func noiseContrastFindsLogPartition() throws {
    let normal = try NormalDistribution<Double>(mean: Self.mean, covariance: Self.covariance)
    let rows = normal.sample(count: 4000, using: ChainRandom(key: RandomKey(seed: 5)))
    let noise = try NormalDistribution<Double>(
      mean: Tensor([0, 0]), covariance: Tensor([[2, 0], [0, 2]]))
    let found = try Self.trained(
      NoiseContrastiveEstimation(noise: noise, ratio: 4),
      from: SelfNormalized(NaturalNormal<Double>(standard: 2)), on: rows, epochs: 20, rate: 0.2,
      schedule: .linear(to: 0), batchSize: 200)
    let truth = try NaturalNormal(mean: Self.mean, covariance: Self.covariance)
    #expect(abs(Double(found.logPartition) - (try found.base.logPartition)) < 0.08)
    #expect(Self.distance(found.base, truth) < 0.24)
  }

  /// Three parameters for four states: the frequencies themselves are reached.
  @Test func ratioMatchingFindsTheFrequencies() throws {
    let found = try Self.trained(
      RatioMatching(), from: TwoBits(), on: TwoBits.data, epochs: 1500, rate: 2)
    for (value, expected) in zip(found.elements, TwoBits.solution) {
      #expect(abs(value - expected) < 1e-6)
    }
  }

  /// The frequencies of four states by chains that follow the gradient. 128 chains leave a probability an error
  /// of 0.044 at one update; the average over some hundred updates a tenth of it, and 4.5 of those are 0.02.
  @Test func gibbsWithGradientsTrainsBits() throws {
    typealias Kernel = RowCompleting<Repeated<GibbsWithGradients<TwoBits>>, TwoBits>
    @Sendable func kernel(_ model: TwoBits) -> Kernel {
      RowCompleting(Repeated(GibbsWithGradients(model), count: 4), for: model)
    }
    func worst<Estimator: GradientEstimator<TwoBits>>(_ estimator: Estimator) throws -> Double {
      let rows = Tensor(concatenating: [Tensor](repeating: TwoBits.data, count: 8), along: 0)
      let found = try Self.trained(
        estimator, from: TwoBits(), on: rows, epochs: 400, rate: 0.05, schedule: .linear(to: 0.1))
      let energies = found.energy(of: States.all(of: 2, as: Double.self)).elements
      let weights = energies.map { MonteCarlo.exp(-$0) }
      let total = weights.reduce(0, +)
      return zip(weights, TwoBits.counts).map { abs($0 / total - Double($1) / 16) }.max() ?? 1
    }
    #expect(try worst(PersistentContrastiveDivergence(chains: 128, kernel: kernel)) < 0.02)
    #expect(try worst(ContrastiveDivergence(kernel: kernel)) < 0.02)
  }

  /// With the term through the sampler the fixed point is that of the divergence between data and chains: the
  /// normal distribution, up to the steps of the dynamics and the noise of nearest neighbours.
  @Test func klCorrectedDivergenceFindsTheNormal() throws {
    let estimator = KLCorrectedContrastiveDivergence<NaturalNormal<Double>>(
      steps: 10, stepSize: 0.05)
    let found = try Self.trained(
      estimator, from: NaturalNormal<Double>(standard: 2), epochs: 200, rate: 0.05,
      schedule: .linear(to: 0))
    let distance = Self.distance(found, try Self.expected())
    #expect(distance < 0.15)
  }
}

extension NormalDistribution {
  /// For fixed covariances, which are known to be positive definite.
  fileprivate init(mean: Tensor<Scalar>, unchecked covariance: Tensor<Scalar>) {
    guard let made = try? NormalDistribution(mean: mean, covariance: covariance) else {
      preconditionFailure("\(covariance) is not positive definite")
    }
    self = made
  }
}
