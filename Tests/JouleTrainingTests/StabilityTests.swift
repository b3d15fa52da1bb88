import Joule
import JouleTestSupport
import Testing

/// Shortened gradients, averaged parameters, and ways back from divergence.
@Suite struct StabilityTests {
  typealias Model = NaturalNormal<Double>
  static let data = Dataset(Tensor<Float>(normal: [60, 2], using: RandomKey(seed: 1)) * 2 + 1)
  static let statistics = DataStatistics<Double>(
    of: data, binarization: .none, key: RandomKey(seed: 2))

  static func trainer(
    rate: Double, epochs: Int = 4, largestGradient: Double? = nil, averaging: Double? = nil,
    recovery: Recovery? = nil
  ) -> Trainer<ScoreMatching<Model>, SGD> {
    Trainer(
      estimator: ScoreMatching(), optimizer: SGD(),
      plan: TrainingPlan(
        epochs: epochs, batchSize: 20, learningRate: rate, largestGradient: largestGradient,
        averaging: averaging, recovery: recovery, key: RandomKey(seed: 3)))
  }

  /// Keeps the parameters after every update, and what a run returned from.
  final class Path: TrainingObserver {
    typealias Estimator = ScoreMatching<Model>
    var parameters: [ParameterSet<Double>] = []
    var returns: [(error: TrainingError, rateFactor: Double, step: Int)] = []
    var stopAfter = Int.max

    func observe(
      _ event: TrainingEvent, of run: TrainingRun<ScoreMatching<Model>>
    ) throws -> TrainingVerdict {
      switch event {
      case .began, .advised: break
      case .stepped, .endedEpoch: parameters.append(run.model.parameters)
      case .returned(let error, let factor): returns.append((error, factor, run.step))
      }
      return parameters.count >= stopAfter ? .stop : .proceed
    }
  }

  static func length(of set: ParameterSet<Double>) -> Double {
    set.entries.flatMap(\.value.elements).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  @Test func aLongGradientIsShortenedInItsDirection() throws {
    func firstStep(_ limit: Double?) throws -> ParameterSet<Double> {
      let trainer = Self.trainer(rate: 0.1, largestGradient: limit)
      var run = trainer.start(Model(standard: 2), data: Self.statistics)
      let path = Path()
      path.stopAfter = 1
      try trainer.train(&run, on: Self.data, observers: [path])
      var change = path.parameters[0]
      for (index, entry) in Model(standard: 2).parameters.entries.enumerated() {
        change.entries[index].value -= entry.value
      }
      return change
    }
    let whole = try firstStep(nil)
    let length = Self.length(of: whole)
    #expect(length > 0.1 * 0.5)
    let short = try firstStep(0.5)
    #expect(abs(Self.length(of: short) - 0.1 * 0.5) < 1e-14)
    for (a, b) in zip(whole.entries, short.entries) {
      #expect((a.value * (0.05 / length) - b.value).largestMagnitude < 1e-14)
    }
    #expect(try firstStep(1000) == whole)
  }

  @Test func theAverageWeighsEveryUpdate() throws {
    let trainer = Self.trainer(rate: 0.05, averaging: 0.8)
    var run = trainer.start(Model(standard: 2), data: Self.statistics)
    #expect(run.trainedModel.parameters == run.model.parameters)
    let path = Path()
    try trainer.train(&run, on: Self.data, observers: [path])
    #expect(path.parameters.count == 12)
    var weights: [Double] = []
    for _ in path.parameters { weights = weights.map { $0 * 0.8 } + [0.2] }
    let total = weights.reduce(0, +)
    for index in 0..<2 {
      let expected = zip(path.parameters, weights).reduce(
        Tensor<Double>(zeros: path.parameters[0].entries[index].value.shape)
      ) { $0 + $1.0.entries[index].value * ($1.1 / total) }
      let found = run.trainedModel.parameters.entries[index].value
      #expect((found - expected).largestMagnitude < 1e-14)
    }
    #expect(run.trainedModel.parameters != run.model.parameters)
  }

  /// Steps of 4 diverge on curvatures of about 5, halved thrice they do not.
  @Test func aDivergedRunReturnsAndGoesOnWithSmallerSteps() throws {
    let trainer = Self.trainer(rate: 2, epochs: 60, recovery: Recovery(attempts: 6))
    var run = trainer.start(Model(standard: 2), data: Self.statistics)
    let path = Path()
    #expect(try trainer.train(&run, on: Self.data, observers: [path]))
    #expect(path.returns.count >= 1 && path.returns.count == run.returns)
    for (number, event) in path.returns.enumerated() {
      #expect(event.rateFactor == [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625][number])
      #expect(event.step % 3 == 0)
      guard case .exploded = event.error else {
        Issue.record("\(event.error)")
        continue
      }
    }
    #expect(run.step == 180)
    #expect(run.model.parameters.largestMagnitude < 5)
  }

  @Test func whenAttemptsAreUsedUpTheErrorComesThrough() throws {
    let trainer = Self.trainer(rate: 1e6, recovery: Recovery(attempts: 2, rateFactor: 0.9))
    var run = trainer.start(Model(standard: 2), data: Self.statistics)
    let path = Path()
    #expect(throws: TrainingError.self) {
      try trainer.train(&run, on: Self.data, observers: [path])
    }
    #expect(path.returns.map(\.rateFactor) == [0.9, 0.9 * 0.9])
  }

  /// Averages, returns and the place to return to are in the checkpoint.
  @Test(arguments: [1, 3, 5, 40]) func aRestoredRunEndsWithTheSameBits(stopAfter: Int) throws {
    let trainer = Self.trainer(
      rate: 2, epochs: 20, averaging: 0.9, recovery: Recovery(attempts: 6))
    var whole = trainer.start(Model(standard: 2), data: Self.statistics)
    try trainer.train(&whole, on: Self.data)
    #expect(whole.returns > 0)

    var run = trainer.start(Model(standard: 2), data: Self.statistics)
    let path = Path()
    path.stopAfter = stopAfter
    try trainer.train(&run, on: Self.data, observers: [path])
    var archive = Archive()
    run.archive(into: &archive, prefix: "run.")
    var restored = trainer.start(Model(standard: 2), data: Self.statistics)
    try restored.restore(from: archive, prefix: "run.")
    try trainer.train(&restored, on: Self.data)
    #expect(restored.model.parameters == whole.model.parameters)
    #expect(restored.trainedModel.parameters == whole.trainedModel.parameters)
    #expect(restored.returns == whole.returns && restored.rateFactor == whole.rateFactor)
  }

  /// What a run without any of this saves is what it always was.
  @Test func plainRunsSaveNothingMore() throws {
    let trainer = Self.trainer(rate: 0.05)
    var run = trainer.start(Model(standard: 2), data: Self.statistics)
    try trainer.train(&run, on: Self.data)
    var archive = Archive()
    run.archive(into: &archive, prefix: "")
    #expect(Set(archive.tensors.keys) == ["model.precision", "model.shift"])
    #expect(Set(archive.metadata.keys) == ["epoch", "batch", "step", "optimizer.steps"])
  }
}
