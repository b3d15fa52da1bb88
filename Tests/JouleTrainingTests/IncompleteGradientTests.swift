import Joule
import JouleTestSupport
import Testing

/// Gradients at rows with missing values against those of sums over what may stand there.
@Suite struct IncompleteGradientTests {
  typealias Classifier = ClassificationRBM<Double>
  typealias Deep = DeepBoltzmannMachine<Double>

  /// Parameter by parameter, how many standard errors the mean of gradients is off; the largest of them. Parameters without
  /// chance are to be right to rounding.
  static func largestScore(
    _ draws: [ParameterSet<Double>], _ expected: ParameterSet<Double>
  ) -> Double {
    var worst = 0.0
    for entry in expected.entries.indices {
      for index in 0..<expected.entries[entry].value.count {
        let values = draws.map { $0.entries[entry].value.elements[index] }
        let truth = expected.entries[entry].value.elements[index]
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        let score =
          spread < 1e-12
          ? abs(values[0] - truth) / 1e-8 : abs(MonteCarlo.zScore(of: values, expected: truth))
        worst = max(worst, score)
      }
    }
    return worst
  }

  /// Estimates of many steps, each at many copies of the rows.
  static func gradients<Estimator: GradientEstimator>(
    _ estimator: Estimator, of model: Estimator.Model, at rows: Tensor<Double>,
    examples: Tensor<Double>, copies: Int = 100, steps: Int = 60
  ) -> [ParameterSet<Double>] where Estimator.Model.Scalar == Double {
    let count = rows.shape[0]
    let batch = rows.rows(at: (0..<copies * count).map { $0 % count })
    let statistics = DataStatistics(
      rowCount: examples.shape[0], means: examples.mean(along: 0), examples: examples)
    var state = estimator.makeState(for: model, data: statistics, key: RandomKey(seed: 81))
    return (0..<steps).map { step in
      var gradient = model.parameters.zeros()
      estimator.estimate(
        model, at: batch, step: step, state: &state, into: &gradient, on: .single)
      return gradient
    }
  }

  // MARK: Rows (x, y)

  static let model = ClassificationSamplingTests.model
  static let holes: Tensor<Double> = Tensor([
    [.nan, 1, .nan, 0, 1, 0, 0], [1, .nan, 0, 1, 0, 1, 0], [0, 1, 1, .nan, 0, 0, 1],
  ])

  /// −log p(what is given), where labels too may be missing; or −log p(y | what is given of x).
  static func loss(_ model: Classifier, _ rows: Tensor<Double>, isConditional: Bool) -> Double {
    let p = ClassificationSamplingTests.probabilities(model)
    func agrees(_ x: Int, _ row: Int) -> Bool {
      (0..<4).allSatisfy { place in
        let value = rows[row, place]
        return value.isNaN || Double(x >> place & 1) == value
      }
    }
    func sum(_ row: Int, label: Int?) -> Double {
      var sum = 0.0
      for x in 0..<16 where agrees(x, row) {
        for y in 0..<3 where label == nil || y == label { sum += p[3 * x + y] }
      }
      return sum
    }
    let labels = model.labels(of: rows)
    let losses = labels.indices.compactMap { row -> Double? in
      if isConditional {
        return labels[row].map { MonteCarlo.log(sum(row, label: nil) / sum(row, label: $0)) }
      }
      return -MonteCarlo.log(sum(row, label: labels[row]))
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  static func slope(_ loss: (Classifier) -> Double) -> ParameterSet<Double> {
    FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return loss(moved)
    }
  }

  static func gradients<Estimator: GradientEstimator>(
    _ estimator: Estimator, at rows: Tensor<Double>
  ) -> [ParameterSet<Double>] where Estimator.Model == Classifier {
    gradients(estimator, of: model, at: rows, examples: ClassificationSamplingTests.allRows)
  }

  @Test func rowsAndLabelsTeachTheLikelihoodOfWhatIsGiven() {
    let expected = Self.slope { Self.loss($0, Self.holes, isConditional: false) }
    let exact = ExactGradient<Classifier>()
    let found = Self.gradients(Imputed(exact, steps: 30), at: Self.holes)
    #expect(Self.largestScore(found, expected) < 4.5)
    // Holes that are taken for zeros teach something else.
    let zeros = Tensor(
      shape: Self.holes.shape, elements: Self.holes.elements.map { $0.isNaN ? 0 : $0 })
    #expect(Self.largestScore(Self.gradients(Imputed(exact), at: zeros), expected) > 100)
  }

  @Test func classesAreLearntGivenWhatIsThere() {
    let expected = Self.slope { Self.loss($0, Self.holes, isConditional: true) }
    let base = DiscriminativeGradient<Classifier>()
    let found = Self.gradients(ImputedInputs(base, steps: 30), at: Self.holes)
    #expect(Self.largestScore(found, expected) < 4.5)
    // Inputs that the label has helped to fill in are not those that it is to be predicted from.
    let leaking = Self.gradients(Imputed(base, steps: 30), at: Self.holes)
    #expect(Self.largestScore(leaking, expected) > 20)
  }

  /// One row without a label, another without holes.
  @Test func semisupervisedHybridsLearnBothLikelihoods() {
    var rows = Tensor(
      concatenating: [Self.holes, ClassificationSamplingTests.batch.rows(1..<2)], along: 0)
    for column in 4..<7 { rows[1, column] = 0 }
    let expected = Self.slope { model in
      Self.loss(model, rows, isConditional: true)
        + 0.3 * Self.loss(model, rows, isConditional: false)
    }
    let base = HybridGradient(ImputedLabels(ExactGradient<Classifier>()), weight: 0.3)
    let found = Self.gradients(ImputedInputs(base, steps: 30), at: rows)
    #expect(Self.largestScore(found, expected) < 4.5)
  }

  @Test func completeRowsHaveTheGradientOfTheBaseToTheLastBit() {
    let base = HybridGradient(ExactGradient<Classifier>(), weight: 0.3)
    let rows = ClassificationSamplingTests.batch
    #expect(
      Self.gradients(ImputedInputs(base), at: rows)[0] == Self.gradients(base, at: rows)[0])
  }

  @Test func gradientsDoNotDependOnTheNumberOfWorkers() {
    let base = HybridGradient(ExactGradient<Classifier>(), weight: 0.3)
    let batch = Self.holes.rows(at: (0..<300).map { $0 % 3 })
    let found = [1, 3].map { count in
      let estimator = ImputedInputs(base)
      var state = estimator.makeState(
        for: Self.model, data: ClassificationSamplingTests.statistics, key: RandomKey(seed: 3))
      var gradient = Self.model.parameters.zeros()
      estimator.estimate(
        Self.model, at: batch, step: 2, state: &state, into: &gradient,
        on: Workers(count: count))
      return gradient
    }
    #expect(found[0] == found[1])
  }

  // MARK: Deep machines

  static func machine(_ kind: [String]) throws -> Deep {
    let layers = try kind.map { try UnitLayer(parsing: $0) }
    var machine = BoltzmannMachine<Double>(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).map { Tensor(zeros: [$0.width, $1.width]) })
    for (index, entry) in machine.parameters.entries.enumerated() {
      machine.parameters.entries[index].value =
        Tensor(normal: entry.value.shape, using: RandomKey(seed: 83).folded(entry.name)) * 0.6
    }
    machine.constrain(&machine.parameters)
    return Deep(machine, inferenceRounds: 20)
  }

  /// A row of bits and a category of three, the first bit and the category missing, and what may stand there.
  static let given: Tensor<Double> = Tensor([[.nan, 1, .nan, .nan, .nan]])
  static let candidates: Tensor<Double> = Tensor(
    (0..<6).map { state -> [Double] in
      var row = [Double(state % 2), 1, 0, 0, 0]
      row[2 + state / 2] = 1
      return row
    })

  /// What the data's term is: the gradients at complete rows, weighed by how probable the model thinks each, given the rest.
  @Test(arguments: [
    ["bernoulli:2+potts:1x3", "spin:3"], ["bernoulli:2+potts:1x3", "spin:2", "bernoulli:2"],
    ["bernoulli:2+potts:1x3", "bernoulli:3", "spin:2", "potts:1x3"],
  ])
  func deepMachinesLearnFromWhatTheyDrawThemselves(kind: [String]) throws {
    let deep = try Self.machine(kind)
    let all = Self.candidates
    // log p(v) up to a constant, exactly: all that is latent summed out.
    let logs =
      kind.count == 2
      ? (-deep.energy(of: all)).elements
      : (0..<6).map { number in
        ExactPartition.logPartition(of: deep.conditioned(on: all.row(number)))
          - deep.dataEnergy(of: all.rows(number..<number + 1))[0]
      }
    let estimator = Inferred(ExactGradient<Deep.Machine>(), for: Deep.self)
    let parts = (0..<6).map { number in
      Self.gradients(
        estimator, of: deep, at: all.rows(number..<number + 1), examples: all, copies: 1, steps: 1)[
          0]
    }
    func mean(_ weights: [Double]) -> ParameterSet<Double> {
      var sum = deep.parameters.zeros()
      for (weight, part) in zip(weights, parts) {
        for index in sum.entries.indices {
          sum.entries[index].value.add(part.entries[index].value, scaledBy: weight)
        }
      }
      return sum
    }
    let total = logs.map { MonteCarlo.exp($0 - logs[0]) }.reduce(0, +)
    let expected = mean(logs.map { MonteCarlo.exp($0 - logs[0]) / total })
    let found = Self.gradients(
      Imputed(estimator, steps: 30), of: deep, at: Self.given, examples: all, copies: 200)
    #expect(Self.largestScore(found, expected) < 4.5)
    // Values that the model had no part in are told apart.
    let even = mean([Double](repeating: 1 / 6.0, count: 6))
    #expect(Self.largestScore(found, even) > 20)
  }
}
