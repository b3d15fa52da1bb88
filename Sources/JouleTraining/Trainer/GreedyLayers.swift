public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
import JouleTensor

/// Machines trained one on another: the first on data, each further one on the hidden units of the one below.
///
///     let stack = try GreedyLayers(levels: 2, key: key).train(
///       on: data, trainer: { _ in trainer },
///       model: { level, statistics in
///         Machine(visibleMeans: statistics.smoothedMeans, hiddenCount: [500, 1000][level], using: key)
///       })
///
/// A level keeps the hidden means of the one below, given rows that are those of its data, or the means of
/// what is below it; they are drawn as bits anew in every epoch.
///
/// Reference: G. Hinton, S. Osindero, Y.-W. Teh, A fast learning algorithm for deep belief nets, Neural
/// Computation 18 (2006), §4.
public struct GreedyLayers: Sendable {
  /// How many machines.
  public let levels: Int
  /// What the draws of statistics and hidden means descend from; the trainers have keys of their own.
  public let key: RandomKey

  /// - Precondition: at least one level.
  public init(levels: Int, key: RandomKey) {
    precondition(levels > 0, "at least one level, got \(levels)")
    self.levels = levels
    self.key = key
  }

  /// Trains all levels, from the data up.
  ///
  /// - Parameters:
  ///   - trainer: of a level. From the second level on rows are probabilities, and its plan is taken
  ///     with `.sample` for their binarization.
  ///   - model: of a level before its first update, from statistics of its rows.
  ///   - observers: of a level.
  /// - Returns: the machines; nil where an observer stopped one.
  /// - Throws: what training throws.
  public func train<Estimator: GradientEstimator, Rule: Optimizer>(
    on data: Dataset, workers: Workers = .single,
    trainer: (_ level: Int) -> Trainer<Estimator, Rule>,
    model: (_ level: Int, _ statistics: DataStatistics<Estimator.Model.Scalar>) -> Estimator.Model,
    observers: (_ level: Int) -> [any TrainingObserver<Estimator>] = { _ in [] }
  ) throws -> [Estimator.Model]? where Estimator.Model: LatentVariableModel {
    var stack: [Estimator.Model] = []
    var rows = data
    for level in 0..<levels {
      let given = trainer(level)
      var plan = given.plan
      if level > 0 { plan.binarization = .sample }
      let key = key.folded(UInt64(level))
      let statistics = DataStatistics<Estimator.Model.Scalar>(
        of: rows, binarization: plan.binarization, key: key.folded("statistics"))
      let trainer = Trainer(estimator: given.estimator, optimizer: given.optimizer, plan: plan)
      var run = trainer.start(model(level, statistics), data: statistics)
      guard
        try trainer.train(&run, on: rows, workers: workers, observers: observers(level))
      else { return nil }
      stack.append(run.trainedModel)
      if level < levels - 1 {
        rows = Self.hiddenMeans(
          of: run.trainedModel, for: rows, examples: statistics.examples,
          // Means of means above: only data that are still to be drawn are drawn once.
          binarization: level == 0 ? plan.binarization : .none, key: key.folded("hidden"),
          on: workers)
      }
    }
    return stack
  }

  /// Gibbs steps that fill in what rows miss, once for the levels above.
  private static let fillingSteps = 20

  /// E[h | v] of every row, as data; of a row with missing values at what the machine fills in.
  private static func hiddenMeans<Model: LatentVariableModel>(
    of model: Model, for data: Dataset, examples: Tensor<Model.Scalar>,
    binarization: Binarization, key: RandomKey, on workers: Workers
  ) -> Dataset {
    var pieces = stride(from: 0, to: data.rowCount, by: 250).map {
      (range: $0..<Swift.min($0 + 250, data.rowCount), means: Tensor<Float>(zeros: [0, 0]))
    }
    workers.mutateEach(&pieces) { _, piece in
      let rows = data.batch(
        piece.range, binarization: binarization,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound), as: Model.Scalar.self)
      let complete = model.filled(
        rows, from: examples, steps: fillingSteps,
        using: ChainRandom(key: key.folded("missing"), firstChain: piece.range.lowerBound))
      piece.means = Tensor<Float>(model.hiddenMean(given: complete))
    }
    var means = Tensor<Float>(zeros: [data.rowCount, model.hiddenCount])
    for piece in pieces { means.assignRows(piece.range, from: piece.means) }
    let features = Dataset(means)
    return data.rowWeights.map { features.weighted(by: $0) } ?? features
  }
}
