import Joule
import JouleTestSupport
import Testing

/// Training of normalized models, on the smallest one there is.
@Suite struct MaximumLikelihoodTests {
  /// 70 rows, so that they fall in two pieces.
  static let rows: Tensor<Double> = States.rows((0..<70).map { $0 * $0 % 8 }, count: 3)

  static func estimate(
    _ model: IndependentBits, at rows: Tensor<Double>, on workers: Workers = .single
  ) -> ParameterSet<Double> {
    let estimator = MaximumLikelihood<IndependentBits>()
    var state = estimator.makeState(
      for: model,
      data: DataStatistics(rowCount: 1, means: rows.mean(along: 0), examples: rows),
      key: RandomKey(seed: 0))
    // NaN before, and a state that another batch has left: neither may matter.
    var gradient = model.parameters
    gradient.entries[0].value.fill(.nan)
    estimator.estimate(
      model, at: rows.rows(0..<5), step: 0, state: &state, into: &gradient, on: workers)
    estimator.estimate(model, at: rows, step: 1, state: &state, into: &gradient, on: workers)
    return gradient
  }

  @Test func gradientIsTheDerivativeOfTheMeanNegativeLogLikelihood() {
    let model = IndependentBits(logits: [0.4, -1.3, 0])
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return -moved.logDensity(of: Self.rows).mean()
    }
    #expect(
      FiniteDifferences.largestDifference(Self.estimate(model, at: Self.rows), expected) < 1e-8)
  }

  /// The term that is left out is zero: the sum of p(x) ∂E/∂θ over all states.
  @Test func theModelsOwnTermVanishes() {
    let model = IndependentBits(logits: [0.4, -1.3, 0])
    let states: Tensor<Double> = States.all(of: 3)
    let term = model.gradient(at: states, rowWeights: model.logDensity(of: states).exp())
    #expect(term.largestMagnitude < 1e-15)
  }

  @Test func gradientDoesNotDependOnTheNumberOfWorkers() {
    let model = IndependentBits(logits: [0.4, -1.3, 0])
    let one = Self.estimate(model, at: Self.rows)
    #expect(one == Self.estimate(model, at: Self.rows, on: Workers(count: 2)))
    #expect(one == Self.estimate(model, at: Self.rows, on: Workers(count: 3)))
  }

  @Test func trainingEndsAtTheMeansOfTheData() throws {
    let bytes: [UInt8] = [1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0]
    let data = Dataset(bytes: bytes, rowCount: 4, columnCount: 3, scale: 1)
    let trainer = Trainer(
      estimator: MaximumLikelihood<IndependentBits>(), optimizer: SGD(),
      plan: TrainingPlan(epochs: 400, batchSize: 4, learningRate: 1, key: RandomKey(seed: 1)))
    var run = trainer.start(
      IndependentBits(logits: [0, 0, 0]),
      data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 2)))
    try trainer.train(&run, on: data)
    // Means 1/2, 1/4, 1/2: logits 0, −log 3, 0. A step shrinks the error by 1 − p (1 − p) < 0.82.
    let logits = run.model.parameters["logits"]
    #expect(abs(logits[0]) < 1e-12 && abs(logits[2]) < 1e-12)
    #expect(abs(logits[1] + MonteCarlo.log(3)) < 1e-12)
  }
}

/// Independent bits by their logits θ: E(x) = Σᵢ softplus(θᵢ) − θᵢ xᵢ.
struct IndependentBits: NormalizedModel {
  typealias Completion = Tensor<Double>
  var parameters: ParameterSet<Double>

  init(logits: [Double]) {
    parameters = ParameterSet([.init(name: "logits", role: .bias, value: Tensor(logits))])
  }

  private var logits: Tensor<Double> { parameters.entries[0].value }

  var variableCount: Int { logits.count }

  func logDensity(of rows: Tensor<Double>) -> Tensor<Double> {
    rows.matmul(logits) - logits.softplus().sum()
  }

  func sample(using random: ChainRandom, into rows: inout Tensor<Double>) {
    BernoulliProduct(probabilities: logits.logistic()).sample(using: random, into: &rows)
  }

  func complete(_ rows: Tensor<Double>) -> Tensor<Double> { rows }

  func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Double>,
    scalingPreviousBy scale: Double, on workers: Workers
  ) {
    gradient.scale(by: scale)
    for term in terms {
      let rows = term.completion
      let weights = (term.rowWeights ?? Tensor([rows.shape[0]], repeating: 1)) * term.weight
      let residuals = logits.logistic() - rows
      gradient.entries[0].value += (residuals * weights.reshaped(to: [weights.count, 1])).sum(
        along: 0)
    }
  }
}
