import Joule
import JouleTestSupport
import Testing

/// Exponential families go through the one trainer, and it agrees with moment matching.
@Suite struct FamilyTrainingTests {
  /// Rows as a data set holds them, in Float.
  static func data(_ rows: Tensor<Double>) -> (dataset: Dataset, rows: Tensor<Double>) {
    let floats = Tensor<Float>(rows)
    return (Dataset(floats), Tensor<Double>(floats))
  }

  static func train<Estimator: GradientEstimator>(
    _ model: Estimator.Model, _ estimator: Estimator, on data: Dataset, epochs: Int, rate: Double,
    batch: Int? = nil, schedule: Schedule = .constant, momentum: Double = 0.9
  ) throws -> Estimator.Model where Estimator.Model.Scalar == Double {
    let trainer = Trainer(
      estimator: estimator, optimizer: SGD(momentum: momentum),
      plan: TrainingPlan(
        epochs: epochs, batchSize: batch ?? data.rowCount, learningRate: rate, schedule: schedule,
        key: RandomKey(seed: 81)))
    var run = trainer.start(
      model, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 82)))
    try trainer.train(&run, on: data)
    return run.model
  }

  /// Gradient descent of the exact likelihood ends where Newton's method does.
  @Test func theExactGradientEndsAtTheMoments() throws {
    func check<F: ConventionalParameters & SampledFamily>(
      _ family: F, _ truth: [Double], start: [Double]
    ) throws {
      let source = try ExponentialFamilyModel(family, conventional: truth)
      let (dataset, rows) = Self.data(
        source.sample(count: 200, using: ChainRandom(key: RandomKey(seed: 83))))
      let fit = try family.fit(rows)
      // The largest curvature sets the step, the smallest the number of steps.
      let curvature = Tensor<Double>(
        try fit.model.fisherInformation.symmetricEigen().values.elements)
      let model = try ExponentialFamilyModel(family, conventional: start)
      let trained = try Self.train(
        model, ExpectationGradient(), on: dataset, epochs: 1500, rate: 0.5 / curvature.max())
      let (found, expected) = (trained.naturalParameters.values, fit.model.naturalParameters.values)
      for (x, y) in zip(found, expected) {
        #expect(abs(x - y) < 1e-6 * max(1, abs(y)), "\(family.name): \(found), not \(expected)")
      }
      let moments = try family.moments(of: rows).mean
      for (x, y) in zip(trained.meanParameters.values, moments.values) {
        #expect(abs(x - y) < 1e-6 * max(1, abs(y)), "\(family.name)")
      }
    }
    try check(Bernoulli(), [0.3], start: [0.5])
    try check(Binomial(trials: 9), [0.3], start: [0.5])
    try check(Categorical(categoryCount: 3), [0.2, 0.3, 0.5], start: [0.4, 0.3, 0.3])
    try check(Poisson(), [3], start: [2.5])
    try check(Geometric(), [0.4], start: [0.5])
    try check(Exponential(), [2], start: [3])
    try check(Gamma(), [2, 1], start: [2.5, 1.5])
    try check(Beta(), [2, 3], start: [2.5, 2.5])
    try check(Gaussian(), [0.5, 1], start: [0, 1.5])
    try check(VonMises(), [1, 2], start: [0.8, 1.5])
  }

  static let grid: [IsingFamily.Edge] = [.init(0, 1), .init(1, 2), .init(2, 3), .init(3, 0)]

  /// An Ising model by three exact ways and by Markov chains.
  @Test func isingByEveryWay() throws {
    let family = IsingFamily(siteCount: 4, edges: Self.grid, values: .spins)
    let theta: NaturalParameters = [0.2, -0.3, 0.1, 0, 0.5, -0.4, 0.3, 0.6]
    let source = ExponentialFamilyModel(family, unchecked: theta)
    let (dataset, rows) = Self.data(
      source.sample(count: 2000, using: ChainRandom(key: RandomKey(seed: 84))))
    let fit = try family.fit(rows)
    let expected = fit.model.naturalParameters.values
    let start = ExponentialFamilyModel(
      family, unchecked: NaturalParameters([Double](repeating: 0, count: 8)))
    let formula = try Self.train(
      start, ExpectationGradient(), on: dataset, epochs: 300, rate: 0.2)
    let states = try Self.train(start, ExactGradient(), on: dataset, epochs: 300, rate: 0.2)
    for index in 0..<8 {
      #expect(abs(formula.naturalParameters[index] - expected[index]) < 1e-6)
      #expect(abs(states.naturalParameters[index] - expected[index]) < 1e-6)
    }
    typealias Model = ExponentialFamilyModel<IsingFamily>
    let chains = try Self.train(
      start,
      PersistentContrastiveDivergence(steps: 8, chains: 500) { (model: Model) in
        RowCompleting(MetropolisHastings(model, BitFlip(values: (-1, 1))), for: model)
      }, on: dataset, epochs: 400, rate: 0.1, schedule: .linear(to: 0), momentum: 0)
    try expectMomentsWithinChainNoise(chains, fit, chains: 500)
  }

  /// At the end the step has gone to zero, so that θ averages over many updates: the moments are off by
  /// less than one look at the chains would be, five deviations of it.
  func expectMomentsWithinChainNoise<F: ExponentialFamily>(
    _ trained: ExponentialFamilyModel<F>, _ fit: FamilyFit<F>, chains: Int
  ) throws {
    let (found, expected) = (trained.meanParameters, fit.model.meanParameters)
    let information = fit.model.fisherInformation
    for index in 0..<found.count {
      let deviation = (information[index, index] / Double(chains)).squareRoot()
      let z = (found[index] - expected[index]) / deviation
      #expect(abs(z) < 5, "\(fit.model.family.name), moment \(index): \(z) deviations")
    }
  }

  @Test func continuousFamiliesByMarkovChains() throws {
    func check<F: ExponentialFamily>(
      _ family: F, rows: Tensor<Double>, start: NaturalParameters, scale: Double, rate: Double
    ) throws {
      let (dataset, rounded) = Self.data(rows)
      let fit = try family.fit(rounded)
      typealias Model = ExponentialFamilyModel<F>
      let trained = try Self.train(
        Model(family, unchecked: start),
        PersistentContrastiveDivergence(steps: 4, chains: 200) { (model: Model) in
          RowCompleting(MetropolisHastings(model, GaussianWalk(scale: scale)), for: model)
        }, on: dataset, epochs: 400, rate: rate, schedule: .linear(to: 0), momentum: 0)
      try expectMomentsWithinChainNoise(trained, fit, chains: 200)
    }
    let key = RandomKey(seed: 85)
    let gamma = try ExponentialFamilyModel(Gamma(), conventional: [3, 2])
      .sample(count: 500, using: ChainRandom(key: key))
    try check(Gamma(), rows: gamma, start: [1.5, -1.5], scale: 1.2, rate: 0.3)
    let gaussian = try ExponentialFamilyModel(Gaussian(), conventional: [0.5, 1])
      .sample(count: 500, using: ChainRandom(key: key))
    try check(Gaussian(), rows: gaussian, start: [0.2, -0.7], scale: 2.4, rate: 0.1)
    let quartic = IntegratedFamily(
      UnnormalizedFamily("quartic", variableCount: 1, statistics: ["x²", "x⁴"]) { x in
        [x[0] * x[0], x[0] * x[0] * x[0] * x[0]]
      }, over: [IntegrationAxis(-.infinity, .infinity)], start: [0, -1])
    let bimodal = Tensor<Double>(normal: [500, 1], using: key) * 0.2
    let rows = Tensor(bimodal.elements.enumerated().map { [$1 + ($0 % 2 == 0 ? 1 : -1)] })
    try check(quartic, rows: rows, start: [1, -1], scale: 1.5, rate: 0.5)
  }

  /// A step too long leaves the domain: training stops and says so.
  @Test func leavingTheDomainIsReported() throws {
    let model = try ExponentialFamilyModel(Gaussian(), conventional: [0, 1])
    let (dataset, _) = Self.data(Tensor([[30], [-30], [20]]))
    #expect(throws: TrainingError.self) {
      try Self.train(model, ExpectationGradient(), on: dataset, epochs: 50, rate: 10)
    }
  }

  /// A checkpointed run of chains goes on as if it had not stopped.
  @Test func chainsResume() throws {
    typealias Model = ExponentialFamilyModel<Gamma>
    let model = try Model(Gamma(), conventional: [2, 1])
    let (dataset, _) = Self.data(
      model.sample(count: 64, using: ChainRandom(key: RandomKey(seed: 86))))
    let estimator = PersistentContrastiveDivergence(steps: 2, chains: 40) { (model: Model) in
      RowCompleting(MetropolisHastings(model, GaussianWalk(scale: 1)), for: model)
    }
    func trainer(_ epochs: Int) -> Trainer<
      PersistentContrastiveDivergence<
        RowCompleting<MetropolisHastings<Model, Symmetric<GaussianWalk<Double>>>, Model>
      >, SGD
    > {
      Trainer(
        estimator: estimator, optimizer: SGD(momentum: 0.5),
        plan: TrainingPlan(
          epochs: epochs, batchSize: 16, learningRate: 0.01, key: RandomKey(seed: 87)))
    }
    let statistics = DataStatistics<Double>(
      of: dataset, binarization: .none, key: RandomKey(seed: 88))
    var whole = trainer(4).start(model, data: statistics)
    try trainer(4).train(&whole, on: dataset)
    var part = trainer(2).start(model, data: statistics)
    try trainer(2).train(&part, on: dataset)
    var archive = Archive()
    part.archive(into: &archive, prefix: "")
    var resumed = trainer(4).start(model, data: statistics)
    try resumed.restore(from: archive, prefix: "")
    try trainer(4).train(&resumed, on: dataset)
    #expect(resumed.model.naturalParameters == whole.model.naturalParameters)
  }
}
