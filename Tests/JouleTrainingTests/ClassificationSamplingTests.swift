import Joule
import JouleTestSupport
import Testing

/// Block Gibbs sampling of inputs and classes, and the estimators that learn from labels.
@Suite struct ClassificationSamplingTests {
  static let (inputs, classes) = (4, 3)

  static let model: ClassificationRBM<Double> = {
    let key = RandomKey(seed: 57)
    return ClassificationRBM(
      weights: Tensor(normal: [inputs, 3], using: key.folded("w")),
      visibleBias: Tensor(normal: [inputs], using: key.folded("b")) - 0.3,
      hiddenBias: Tensor(normal: [3], using: key.folded("c")) + 0.2,
      labelWeights: Tensor(normal: [classes, 3], using: key.folded("u")) * 1.5,
      labelBias: Tensor(normal: [classes], using: key.folded("d")))
  }()

  /// All (x, y): state 3x + y.
  static let allRows: Tensor<Double> = Dataset(
    Tensor<Float>(
      concatenating: (0..<16).flatMap { state in
        (0..<classes).map { _ in States.rows([state], count: inputs) }
      }, along: 0)
  ).labelled((0..<48).map { $0 % classes }, classCount: classes).batch(0..<48)

  /// p(x, y) by the energies, which their own tests hold against enumeration.
  static func probabilities(_ model: ClassificationRBM<Double>) -> [Double] {
    let exponents = -model.energy(of: allRows)
    let total = exponents.reshaped(to: [1, 48]).logSumExp(along: 1)[0]
    return (exponents - total).exp().elements
  }

  static func states(of rows: Tensor<Double>) -> [Int] {
    let numbers = States.numbers(of: rows.columns(0..<inputs))
    return zip(numbers, model.labels(of: rows)).map { 3 * $0 + ($1 ?? 48) }
  }

  static func drawn(_ p: [Double], _ count: Int, key: RandomKey) -> [Int] {
    let table = AliasTable(weights: p)
    var stream = RandomStream(key: key)
    return (0..<count).map { _ in stream.categorical(table) }
  }

  static func distance(of model: ClassificationRBM<Double>, after steps: Int) -> Double {
    let p = probabilities(Self.model)
    let key = RandomKey(seed: 2025)
    let kernel = BlockGibbs(model)
    var state = kernel.makeState(
      at: allRows.rows(at: drawn(p, 20_000, key: key.folded("starts"))))
    for step in 0..<steps { kernel.step(&state, using: ChainRandom(key: key, step: step)) }
    return MonteCarlo.totalVariation(of: states(of: kernel.position(of: state)), from: p)
  }

  @Test(arguments: [1, 4, 16])
  func gibbsLeavesInputsAndClassesInvariant(steps: Int) {
    let floor = MonteCarlo.floor(of: Self.probabilities(Self.model), count: 20_000)
    #expect(Self.distance(of: Self.model, after: steps) < 4 * floor)
  }

  @Test func aKernelOfOtherLabelWeightsIsFoundOut() {
    var other = Self.model
    for j in 0..<3 { other.parameters.entries[0].value[Self.inputs + 1, j] += 1.5 }
    let floor = MonteCarlo.floor(of: Self.probabilities(Self.model), count: 20_000)
    #expect(Self.distance(of: other, after: 4) > 4 * floor)
  }

  @Test func chainsMayBeCutInPieces() {
    let model = ClassificationRBM<Float>(Self.model)
    let (kernel, rows) = (BlockGibbs(model), Tensor<Float>(Self.allRows))
    let key = RandomKey(seed: 8)
    var whole = kernel.makeState(at: rows)
    var pieces = [0..<5, 5..<48].map { ($0, kernel.makeState(at: rows.rows($0))) }
    for step in 0..<3 {
      kernel.step(&whole, using: ChainRandom(key: key, step: step))
      for index in pieces.indices {
        kernel.step(
          &pieces[index].1,
          using: ChainRandom(key: key, firstChain: pieces[index].0.lowerBound, step: step))
      }
    }
    #expect(
      pieces.flatMap { kernel.position(of: $0.1).elements } == kernel.position(of: whole).elements)
  }

  /// p(y | some of x) along chains, beside the sum over the missing ones; complete rows are exact.
  @Test func missingInputsAreSampledGivenTheOthers() {
    let p = Self.probabilities(Self.model)
    let rows = Tensor<Double>([[.nan, 1, .nan, 0], [1, 1, 0, 0]])
    let (copies, steps) = (400, 100)
    let all = Tensor<Double>(
      concatenating: [rows.rows(at: [Int](repeating: 0, count: copies)), rows.rows(1..<2)],
      along: 0)
    let found = Self.model.classProbabilities(
      ofIncomplete: all, steps: steps, key: RandomKey(seed: 77), on: Workers(count: 2))
    #expect(
      found
        == Self.model.classProbabilities(
          ofIncomplete: all, steps: steps, key: RandomKey(seed: 77), on: .single))
    let agreeing = (0..<16).filter { $0 >> 1 & 1 == 1 && $0 >> 3 & 1 == 0 }
    let weights = (0..<Self.classes).map { y -> Double in
      agreeing.reduce(0.0) { sum, x in sum + p[3 * x + y] }
    }
    for y in 0..<Self.classes {
      let values = (0..<copies).map { found[$0, y] }
      let score = MonteCarlo.zScore(of: values, expected: weights[y] / weights.reduce(0, +))
      #expect(abs(score) < 4, "class \(y): \(score)")
    }
    let exact = Self.model.classLogProbabilities(of: rows.rows(1..<2)).exp()
    #expect(found.rows(copies..<copies + 1) == exact)
  }

  // MARK: Estimators

  static let statistics = DataStatistics(
    rowCount: 48, means: allRows.mean(along: 0), examples: allRows)
  static let batch = allRows.rows(at: [1, 5, 17, 30, 44, 5])

  static func gradient<Estimator: GradientEstimator>(
    _ estimator: Estimator, at batch: Tensor<Double>, steps: Int = 1
  ) -> [ParameterSet<Double>] where Estimator.Model == ClassificationRBM<Double> {
    var state = estimator.makeState(for: model, data: statistics, key: RandomKey(seed: 6))
    return (0..<steps).map { step in
      var gradient = model.parameters
      estimator.estimate(
        model, at: batch, step: step, state: &state, into: &gradient, on: .single)
      return gradient
    }
  }

  @Test func hybridGradientIsThatOfBothTerms() {
    let estimator = HybridGradient(ExactGradient<ClassificationRBM<Double>>(), weight: 0.3)
    let found = Self.gradient(estimator, at: Self.batch)[0]
    let expected = FiniteDifferences.gradient(at: Self.model.parameters) { parameters in
      var moved = Self.model
      moved.parameters = parameters
      let joint = moved.energy(of: Self.batch).mean() + ExactPartition.logPartition(of: moved)
      return moved.meanConditionalLoss(of: Self.batch) + 0.3 * joint
    }
    #expect(FiniteDifferences.largestDifference(found, expected) < 1e-8)
  }

  @Test func discriminativeGradientDescendsItsObjective() {
    let estimator = DiscriminativeGradient<ClassificationRBM<Double>>()
    let found = Self.gradient(estimator, at: Self.batch)[0]
    let expected = FiniteDifferences.gradient(at: Self.model.parameters) { parameters in
      var moved = Self.model
      moved.parameters = parameters
      return estimator.objective(
        moved, at: Self.batch, step: 0, state: DrawKey(RandomKey(seed: 0)), on: .single)
    }
    #expect(FiniteDifferences.largestDifference(found, expected) < 1e-8)
  }

  /// The gradient with drawn labels is on average that of −log p(x): 4,000 draws, four standard errors.
  @Test func rowsWithoutLabelsTeachTheirMarginalLikelihood() {
    let rows = Self.batch.rows(at: [0, 3])
    var unlabelled = rows
    for row in 0..<2 {
      for y in 0..<Self.classes { unlabelled[row, Self.inputs + y] = 0 }
    }
    let inputs = Self.model.inputs(of: rows)
    let expected = FiniteDifferences.gradient(at: Self.model.parameters) { parameters in
      var moved = Self.model
      moved.parameters = parameters
      return moved.inputEnergy(of: inputs).mean() + ExactPartition.logPartition(of: moved)
    }
    let steps = 4000
    let draws = Self.gradient(
      ImputedLabels(ExactGradient<ClassificationRBM<Double>>()), at: unlabelled, steps: steps)
    for entry in expected.entries.indices {
      for index in 0..<expected.entries[entry].value.count {
        let values = draws.map { $0.entries[entry].value.elements[index] }
        let truth = expected.entries[entry].value.elements[index]
        let spread = values.max()! - values.min()!
        if spread < 1e-12 {
          #expect(abs(values[0] - truth) < 1e-8)
        } else {
          #expect(abs(MonteCarlo.zScore(of: values, expected: truth)) < 4)
        }
      }
    }
  }

  /// Learns a rule of the inputs by every objective, from few labels where the others are missing.
  @Test func everyObjectiveLearnsARule() throws {
    let key = RandomKey(seed: 12)
    let inputs =
      Dataset(
        Tensor<Float>(uniform: [600, 6], using: key).applying(.square)
      ).batch(
        0..<600, binarization: .threshold) as Tensor<Float>
    let labels = (0..<600).map { inputs[$0, 0] != inputs[$0, 1] ? 1 : 0 }
    typealias Model = ClassificationRBM<Float>
    func error<Estimator: GradientEstimator>(
      _ estimator: Estimator, _ given: [Int?], epochs: Int, of judged: [Int?]? = nil
    ) throws -> Double where Estimator.Model == Model {
      let data = Dataset(inputs).labelled(given, classCount: 2)
      let statistics = DataStatistics<Float>(of: data, binarization: .none, key: key.folded(1))
      let trainer = Trainer(
        estimator: estimator, optimizer: SGD(momentum: 0.9),
        plan: TrainingPlan(
          epochs: epochs, batchSize: 30, learningRate: 0.1, key: key.folded(2)))
      var run = trainer.start(
        Model(
          inputMeans: Tensor(Array(statistics.smoothedMeans.elements[..<6])),
          classFrequencies: Tensor([1, 1]), hiddenCount: 12, weightScale: 0.1, using: key),
        data: statistics)
      try trainer.train(&run, on: data)
      let rows = labels.indices.filter { judged == nil || judged?[$0] != nil }
      let logs = run.model.classLogProbabilities(of: inputs.rows(at: rows))
      return ClassificationScores(logProbabilities: logs, labels: rows.map { labels[$0] }).error
        .value
    }
    let generative = ContrastiveDivergence { BlockGibbs<Model>($0) }
    let some = labels.enumerated().map { $0.offset % 3 == 0 ? Optional($0.element) : nil }
    #expect(try error(DiscriminativeGradient<Model>(), labels, epochs: 40) == 0)
    #expect(try error(HybridGradient(generative, weight: 0.01), labels, epochs: 40) == 0)
    // What the labels that are left say of these 64 inputs, not more.
    let semi = HybridGradient(ImputedLabels(generative), weight: 0.01)
    #expect(try error(semi, some, epochs: 100, of: some) == 0)
  }
}
