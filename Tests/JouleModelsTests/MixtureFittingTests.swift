import Joule
import JouleTestSupport
import Testing

/// What is learnt of mixtures of experts: proportions by expectation maximization and by gradients, experts with them.
@Suite struct MixtureFittingTests {
  typealias Machines = MixtureOfExperts<RestrictedBoltzmannMachine<Double>>

  /// Numbers of states, drawn from the mixture by its brute-force probabilities.
  static func states(_ count: Int, proportions: [Double]) -> [Int] {
    var stream = RandomStream(key: RandomKey(seed: 581))
    let table = AliasTable(weights: MixtureOfExpertsTests.probabilities(proportions))
    return (0..<count).map { _ in stream.categorical(table) }
  }

  static func rows(_ states: [Int]) -> Tensor<Double> { States.rows(states, count: 5) }

  /// π₀ at which the slope of the likelihood, from brute-force probabilities, is zero.
  static func bestShare(of states: [Int]) -> Double {
    let (first, second) = (
      MixtureOfExpertsTests.probabilities([1, 0]), MixtureOfExpertsTests.probabilities([0, 1])
    )
    func slope(_ share: Double) -> Double {
      states.reduce(0) {
        let (p, q) = (first[$1], second[$1])
        return $0 + (p - q) / (share * p + (1 - share) * q)
      }
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if slope(middle) > 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  @Test func stepsNeverLowerTheLikelihoodAndEndAtTheBestProportions() throws {
    let states = Self.states(400, proportions: [0.7, 0.3])
    let mixture = try MixtureOfExpertsTests.mixture()
    var means: [Double] = []
    var gaps: [Double] = []
    let fit = try #require(
      mixture.fittingProportions(to: Self.rows(states), tolerance: 1e-12) {
        means.append($0)
        gaps.append($1)
      })
    #expect(means.count == fit.iterations + 1 && fit.iterations > 3)
    for (before, after) in zip(means, means.dropFirst()) {
      // The sum of 400 logarithms of at most 5 nats rounds by some 1e-15 of itself.
      #expect(after >= before - 1e-14)
    }
    // The bound holds all along the way: the last mean is within 1e-12 of the best.
    for (mean, gap) in zip(means, gaps) { #expect(fit.meanLogLikelihood - mean <= gap + 1e-12) }
    #expect(fit.gap <= 1e-12)
    // Where the likelihood is flat to 1e-12, the share is known to the root of that over its curvature.
    let best = Self.bestShare(of: states)
    #expect(abs(fit.mixture.proportions[0] - best) < 1e-5, "\(fit.mixture.proportions), \(best)")
    #expect(abs(best - 0.7) < 0.2 && best < 1)
    #expect(abs(fit.mixture.energy(of: Self.rows(states)).mean() + fit.meanLogLikelihood) < 1e-12)
  }

  @Test func weightsOfRowsAreRepetitions() throws {
    let states = Self.states(50, proportions: [0.5, 0.5])
    let weights = states.indices.map { Double($0 % 3) }
    let repeated = zip(states, states.indices).flatMap { state, index in
      [Int](repeating: state, count: index % 3)
    }
    let mixture = try MixtureOfExpertsTests.mixture()
    let weighed = try #require(
      mixture.fittingProportions(to: Self.rows(states), weights: weights, iterations: 20))
    let counted = try #require(
      mixture.fittingProportions(to: Self.rows(repeated), iterations: 20))
    #expect(abs(weighed.mixture.proportions[0] - counted.mixture.proportions[0]) < 1e-12)
  }

  /// An expert that finds every row less likely than another does goes, and its proportion stays positive.
  @Test func anExpertOfNoUseLosesItsProportion() throws {
    let experts = [
      try ProductOfExpertsTests.gaussian([0, 0], [[1, 0], [0, 1]]),
      try ProductOfExpertsTests.gaussian([9, 9], [[1, 0], [0, 1]]),
    ]
    let rows = experts[0].sample(count: 100, using: ChainRandom(key: RandomKey(seed: 4)))
    let fit = try #require(MixtureOfExperts(experts).fittingProportions(to: rows))
    #expect(fit.mixture.proportions[1] > 0 && fit.mixture.proportions[1] < 1e-8)
    #expect(fit.gap <= 1e-8 && fit.iterations < 20)
  }

  /// A row that no expert can make has no likelihood.
  @Test func rowsThatAreImpossibleHaveNoBestProportions() throws {
    let gamma = try ExponentialFamilyModel(Gamma(), conventional: [2, 1])
    let mixture = try MixtureOfExperts([gamma, gamma])
    #expect(mixture.fittingProportions(to: Tensor([[1], [2]])) != nil)
    #expect(mixture.fittingProportions(to: Tensor([[1], [-2]])) == nil)
  }

  static func checkGradient<Expert: ParametricEnergy>(_ mixture: MixtureOfExperts<Expert>)
  where Expert.Scalar == Double {
    let rows: Tensor<Double> = States.rows([3, 17, 30, 0, 9], count: 5)
    let weights = Tensor<Double>([0.3, -1.2, 2, 0.7, 0.05])
    let gradient = mixture.gradient(at: rows, rowWeights: weights)
    let expected = FiniteDifferences.gradient(at: mixture.parameters) { parameters in
      var moved = mixture
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    // Central differences of step 1e-5 err by 1e-10 and round by 1e-16 / 1e-5.
    let worst = FiniteDifferences.largestDifference(gradient, expected)
    #expect(worst < 1e-8, "\(worst)")
    // Terms add up on what the gradient held.
    var twice = gradient
    mixture.accumulateGradient(
      of: [
        GradientTerm(
          mixture.complete(rows.rows(0..<2)), weight: 1, rowWeights: Tensor([0.3, -1.2])),
        GradientTerm(
          mixture.complete(rows.rows(2..<5)), weight: 1, rowWeights: Tensor([2, 0.7, 0.05])),
      ], into: &twice, scalingPreviousBy: 1, on: .single)
    gradient.entries.indices.forEach {
      let sum = twice.entries[$0].value - gradient.entries[$0].value * 2
      #expect(sum.largestMagnitude < 1e-12)
    }
  }

  @Test func gradientsAreDifferencesOfEnergies() throws {
    // Machines keep their parameters: their log Z would move with them.
    let machines = try MixtureOfExpertsTests.mixture()
    #expect(machines.parameters.entries.map(\.name) == ["weight_logits"])
    Self.checkGradient(machines)
    let networks = [NADETests.model(5, 3), NADETests.model(5, 4, scale: 0.7)]
    let fixed = try MixtureOfExperts(networks, proportions: [1, 3], trainsExperts: false)
    #expect(fixed.parameters.entries.map(\.name) == ["weight_logits"])
    let trained = try MixtureOfExperts(networks, proportions: [1, 3], trainsExperts: true)
    #expect(
      trained.parameters.entries.map(\.name).prefix(3) == [
        "weight_logits", "expert0.weights", "expert0.output_weights",
      ])
    Self.checkGradient(trained)
    let mixed = try MixtureOfExperts(
      [.first(networks[0]), .second(MixtureTests.bernoulli(components: 2, variables: 5))]
        as [EitherEnergy<NADE<Double>, BernoulliMixture<Double>>],
      proportions: [2, 1], trainsExperts: true)
    Self.checkGradient(mixed)
    let total = mixed.logDensity(of: States.all(of: 5)).exp().sum()
    #expect(abs(total - 1) < 1e-12)
  }

  /// What expectation maximization ends at is where the slope in the proportions is zero.
  @Test func bothWaysOfLearningAgree() throws {
    let rows = Self.rows(Self.states(300, proportions: [0.4, 0.6]))
    let fit = try #require(
      try MixtureOfExpertsTests.mixture().fittingProportions(to: rows, tolerance: 1e-13))
    let slope = fit.mixture.gradient(
      at: rows, rowWeights: Tensor([300], repeating: 1 / 300.0))
    // π₀ (g₀ − 1) with g₀ − 1 of the order of the gap, and of its root where it is signed.
    #expect(slope.entries[0].value.largestMagnitude < 1e-6)
  }

  /// The whole mixture through the one trainer: better than the best proportions of its experts as they were.
  @Test func expertsLearnWithTheirProportions() throws {
    let rows = Self.rows(Self.states(200, proportions: [0.4, 0.6]))
    let experts = [NADETests.model(5, 4, scale: 0.2), NADETests.model(5, 3, scale: 0.3)]
    let before = try MixtureOfExperts(experts, trainsExperts: true)
    let best = try #require(before.fittingProportions(to: rows))
    let trainer = Trainer(
      estimator: MaximumLikelihood<MixtureOfExperts<NADE<Double>>>(), optimizer: Adam(),
      plan: TrainingPlan(
        epochs: 60, batchSize: 200, learningRate: 0.05, schedule: .constant,
        key: RandomKey(seed: 5)))
    let data = Dataset(Tensor<Float>(rows))
    let statistics = DataStatistics<Double>(of: data, binarization: .none, key: RandomKey(seed: 6))
    var run = trainer.start(before, data: statistics)
    try trainer.train(&run, on: data)
    let after = run.model.logDensity(of: rows).mean()
    #expect(after > best.meanLogLikelihood + 0.1, "\(after), \(best.meanLogLikelihood)")
    // And it is still a distribution.
    #expect(abs(run.model.logDensity(of: States.all(of: 5)).exp().sum() - 1) < 1e-12)
  }
}
