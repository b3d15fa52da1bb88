import Joule
import JouleTestSupport
import Testing

/// Fits of mixtures: the likelihood rises, the end is right, and what degenerates is told.
@Suite struct ExpectationMaximizationTests {
  typealias Bits = ExpectationMaximization<BernoulliComponents>
  typealias Normals = ExpectationMaximization<GaussianComponents>

  static let bits = MixtureData(
    Dataset(
      Tensor<Float>(
        MixtureTests.bernoulli(components: 4, variables: 9).sample(
          count: 900, using: ChainRandom(key: RandomKey(seed: 6))))))

  /// Three clusters in the plane, one of them far off and narrow.
  static let points: Tensor<Float> = {
    var rows = Tensor<Float>(normal: [600, 2], using: RandomKey(seed: 61))
    for row in 0..<600 {
      switch row % 3 {
      case 0: rows[row, 0] = rows[row, 0] * 0.3 + 12
      case 1: rows[row, 1] = rows[row, 1] * 2 + 0.8 * rows[row, 0] - 6
      default: rows[row, 0] -= 5
      }
    }
    return rows
  }()

  static func normals(_ covariance: GaussianComponents.Covariance, _ count: Int = 3) -> Normals {
    Normals(componentCount: count, options: .init(covariance: covariance))
  }

  /// Every step of every start: no decrease beyond the rounding of a sum of some hundred terms.
  private static func checkAscent<Components>(
    _ rule: ExpectationMaximization<Components>, _ data: MixtureData
  ) throws -> ExpectationMaximization<Components>.Fit {
    var objectives: [[Double]] = [[], []]
    let fit = try rule.fit(
      data, plan: .init(restarts: 2, iterations: 60, tolerance: 1e-9), key: RandomKey(seed: 5)
    ) {
      objectives[$0.restart].append($0.step.objective)
      return true
    }
    for values in objectives {
      for (before, after) in zip(values, values.dropFirst()) {
        #expect(after >= before - 1e-12 * abs(before))
      }
    }
    #expect(fit.objective == objectives.map { $0.last ?? 0 }.max())
    return fit
  }

  @Test func theObjectiveNeverFalls() throws {
    // The law says nothing of a fit that is done where it starts: these are not.
    #expect(
      try Self.checkAscent(Bits(componentCount: 5, options: .init()), Self.bits).iterations > 5)
    for covariance in MixtureTests.covariances {
      let fit = try Self.checkAscent(
        Self.normals(covariance, 4), MixtureData(Dataset(Self.points)))
      #expect(fit.iterations > 5)
    }
  }

  /// The fixed point of the algorithm is a stationary point of the likelihood, whose gradient is another
  /// piece of code.
  @Test(arguments: MixtureTests.covariances)
  func theGradientVanishesAtTheEnd(covariance: GaussianComponents.Covariance) throws {
    let fit = try Self.normals(covariance).fit(
      MixtureData(Dataset(Self.points)), plan: .init(iterations: 500, tolerance: 0),
      key: RandomKey(seed: 3))
    let gradient = fit.model.gradient(at: Tensor<Double>(Self.points))
    // Summed over 600 rows of slopes of size one; the steps end when the mean no longer rises by an ulp.
    #expect(gradient.largestMagnitude < 1e-3)
    #expect(fit.isConverged && fit.limited.isEmpty && fit.model.emptyComponents.isEmpty)
    #expect(
      abs(fit.meanLogLikelihood - fit.model.logDensity(of: Tensor<Double>(Self.points)).mean())
        < 1e-12)
  }

  /// Scores, first weights, means of the second component and Σ covariance² of scikit-learn 1.9.1 after one
  /// step and after seven from the same start, `reg_covar=0`.
  @Test(arguments: [
    (
      GaussianComponents.Covariance.spherical, 1, -3.0488221114853635, 0.48108225502471613,
      [2.715098133373044, -0.19472708991787302, 0.08660898473300717], 0.27856458529730543
    ),
    (
      .spherical, 7, -2.9461454380682275, 0.49997277697216547,
      [2.884955916763261, -0.20929241020684872, 0.08195835800565945], 0.13864875878464128
    ),
    (
      .diagonal, 1, -2.8297886833521066, 0.48108225502471613,
      [2.715098133373044, -0.19472708991787302, 0.08660898473300717], 1.151366135947323
    ),
    (
      .diagonal, 7, -2.7441594634654978, 0.5011845584000532,
      [2.8864584941234086, -0.2094013885012673, 0.08322638359669833], 0.5012980000600038
    ),
    (
      .full, 1, -2.6691124853419077, 0.48108225502471613,
      [2.715098133373044, -0.19472708991787305, 0.08660898473300717], 1.2138584595047306
    ),
    (
      .full, 7, -2.4857849489841746, 0.5000218015531648,
      [2.885269279417629, -0.20934477684896272, 0.08185745437669302], 0.554236624191043
    ),
  ])
  func stepsAreThoseOfScikitLearn(
    covariance: GaussianComponents.Covariance, steps: Int, score: Double, weight: Double,
    mean: [Double], squares: Double
  ) throws {
    var rows = Tensor<Double>(zeros: [40, 3])
    for row in 0..<40 {
      func part(_ factor: Int, _ modulus: Int) -> Double {
        Double(row * factor % modulus) / Double(modulus) - 0.5
      }
      let odd = Double(row % 2)
      rows[row, 0] = 3 * odd + 2 * part(17, 41)
      rows[row, 1] = 2 * part(23, 37) + odd * part(5, 31)
      rows[row, 2] = part(11, 43) + 0.6 * part(17, 41)
    }
    let shape =
      switch covariance {
      case .spherical: [2]
      case .diagonal: [2, 3]
      case .full: [2, 3, 3]
      }
    var model = GaussianMixture<Double>(
      weightLogits: Tensor([0, 0]),
      components: try GaussianComponents(parameters: [
        Tensor([[0.2, 0.1, -0.1], [2.5, -0.2, 0.1]]), Tensor(zeros: shape),
      ]))
    let rule = Self.normals(covariance, 2)
    let data = MixtureData(rows)
    for _ in 0..<steps { model = rule.step(model, on: data).model }
    #expect(abs(model.logDensity(of: rows).mean() - score) < 1e-12)
    #expect(abs(MonteCarlo.exp(model.logWeights[0]) - weight) < 1e-12)
    for column in 0..<3 {
      #expect(abs(model.parameters["means"][1, column] - mean[column]) < 1e-12)
    }
    let spread = model.parameters["spread"]
    var found = 0.0
    for component in 0..<2 {
      switch covariance {
      case .spherical: found += MonteCarlo.exp(2 * spread[component])
      case .diagonal: found += (spread.row(component) * 2).exp().sum()
      case .full:
        var factor = spread.row(component).reshaped(to: [3, 3])
        for i in 0..<3 { factor[i, i] = MonteCarlo.exp(factor[i, i]) }
        let covariance = try factor.matmul(factor, transposingOther: true).inverse()
        found += covariance.squared().sum()
      }
    }
    #expect(abs(found - squares) < 1e-12)
  }

  /// One component has a closed form.
  @Test func oneComponentIsTheMomentsOfTheData() throws {
    let rows = Tensor<Double>(Self.points)
    let fit = try Self.normals(.full, 1).fit(
      MixtureData(Dataset(Self.points)), key: RandomKey(seed: 1))
    let mean = rows.mean(along: 0)
    let deviations = rows - mean
    let covariance = deviations.matmul(deviations, transposingSelf: true) * (1.0 / 600)
    let normal = try NormalDistribution(mean: mean, covariance: covariance)
    #expect(
      (fit.model.logDensity(of: rows) - normal.logDensity(of: rows)).largestMagnitude < 1e-9)

    let bits = try Bits(
      componentCount: 1, options: .init(), limits: MixtureLimits(pseudoCount: 0.5)
    ).fit(Self.bits, key: RandomKey(seed: 1))
    let data = Tensor<Double>(
      MixtureTests.bernoulli(components: 4, variables: 9).sample(
        count: 900, using: ChainRandom(key: RandomKey(seed: 6))))
    let expected = (data.sum(along: 0) + 0.5) / 901
    let difference = bits.model.parameters["logits"].row(0).logistic() - expected
    #expect(difference.largestMagnitude < 1e-14)
  }

  @Test func nothingDependsOnTheNumberOfWorkers() throws {
    func fit(_ workers: Workers) throws -> BernoulliMixture<Double> {
      try Bits(componentCount: 4, options: .init()).fit(
        Self.bits, plan: .init(iterations: 5), key: RandomKey(seed: 5), workers: workers
      ).model
    }
    let one = try fit(.single)
    #expect(try fit(Workers(count: 2)) == one)
    #expect(try fit(Workers(count: 3)) == one)
  }

  /// 20 rows of one point, 20 of another, and one apart: variances would go to zero.
  @Test(arguments: MixtureTests.covariances)
  func variancesThatVanishAreHeldAndTold(covariance: GaussianComponents.Covariance) throws {
    var rows = Tensor<Float>(zeros: [41, 2])
    for row in 20..<40 { rows[row, 0] = 3 }
    rows[40, 1] = 5
    let rule = Normals(
      componentCount: 2, options: .init(covariance: covariance),
      limits: MixtureLimits(leastVariance: 1e-4))
    let fit = try Self.checkAscent(rule, MixtureData(Dataset(rows)))
    #expect(!fit.limited.isEmpty)
    #expect(fit.model.parameters.firstNonFinite == nil)
  }

  /// More components than distinct rows: those left over are empty, keep their place, and are told.
  @Test func componentsWithoutRowsAreTold() throws {
    var rows = Tensor<Float>(zeros: [30, 2])
    for row in 0..<15 { rows[row, 0] = 1 }
    let data = MixtureData(Dataset(rows))
    let rule = Bits(componentCount: 4, options: .init())
    let start = rule.start(on: data, key: RandomKey(seed: 2))
    let step = rule.step(start, on: data)
    #expect(step.model.emptyComponents.count == 2)
    for component in step.model.emptyComponents {
      #expect(
        step.model.parameters["logits"].row(component)
          == start.parameters["logits"].row(component))
      #expect(step.model.logWeights[component] < -60)
    }
    #expect(step.model.parameters.firstNonFinite == nil)
  }

  @Test func dataThatAreNotFiniteAreTold() {
    var rows = Self.points
    rows[17, 1] = .infinity
    #expect(throws: MixtureError.notFinite(restart: 0, iteration: 0)) {
      try Self.normals(.diagonal).fit(MixtureData(Dataset(rows)), key: RandomKey(seed: 1))
    }
  }

  /// The trainer, with all rows at once and rate 1, makes the steps of the algorithm, to the rounding of
  /// θ − (θ − EM(θ)).
  @Test func theTrainerMakesTheSameSteps() throws {
    let rule = Bits(componentCount: 4, options: .init())
    let dataset = Dataset(
      Tensor<Float>(
        MixtureTests.bernoulli(components: 4, variables: 9).sample(
          count: 900, using: ChainRandom(key: RandomKey(seed: 6)))))
    let trainer = Trainer(
      estimator: ExpectationMaximizationStep<Double, BernoulliComponents>(rule), optimizer: SGD(),
      plan: TrainingPlan(epochs: 5, batchSize: 900, learningRate: 1, key: RandomKey(seed: 1)))
    var model = rule.start(on: Self.bits, key: RandomKey(seed: 7))
    var run = trainer.start(
      model, data: DataStatistics(of: dataset, binarization: .none, key: RandomKey(seed: 2)))
    try trainer.train(&run, on: dataset, workers: Workers(count: 2))
    for _ in 0..<5 { model = rule.step(model, on: Self.bits).model }
    // Rows come in another order: sums of 900 terms round differently, and steps pass it on.
    #expect(
      FiniteDifferences.largestDifference(run.model.parameters, model.parameters) < 1e-11)
  }

  /// A fit that is stopped keeps what it has.
  @Test func anObserverEndsTheFit() throws {
    let fit = try Bits(componentCount: 3, options: .init()).fit(
      Self.bits, plan: .init(restarts: 5, iterations: 50, tolerance: 0), key: RandomKey(seed: 4)
    ) { $0.restart == 0 || $0.iteration < 2 }
    #expect(fit.restart == 0 || fit.iterations == 2)
    #expect(!fit.isConverged || fit.restart == 0)
  }
}
