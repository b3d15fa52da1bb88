import Joule

// The code of the README. ReadmeTests checks that the page shows these very lines, and that they train.

func trainAsTheReadmeDoes(on trainingFile: String) throws -> (before: Double, after: Double) {
  // [begin]
  typealias Machine = RestrictedBoltzmannMachine<Float>
  typealias Estimator = Centered<PersistentContrastiveDivergence<BlockGibbs<Machine>>>

  let digits = try DataFile.load(trainingFile).dataset
  let key = RandomKey(seed: 0)
  let statistics = DataStatistics<Float>(
    of: digits, binarization: .sample, key: key.folded("statistics"))

  let trainer = Trainer(
    estimator: Estimator(PersistentContrastiveDivergence(chains: 100) { BlockGibbs($0) }),
    optimizer: SGD(),
    plan: TrainingPlan(
      epochs: 5, learningRate: 0.05, schedule: .linear(to: 0), regularizer: Regularizer(l2: 1e-4),
      binarization: .sample, key: key.folded("training")))
  var run = trainer.start(
    Machine(visibleMeans: statistics.smoothedMeans, hiddenCount: 500, using: key.folded("machine")),
    data: statistics)
  try trainer.train(&run, on: digits, workers: Workers(count: 2))

  let path = run.model.annealingPath(fromMeans: statistics.smoothedMeans)
  let weights = try AnnealedImportanceSampling(path, steps: 1000)
    .forward(chains: 100, key: key.folded("annealing"), on: Workers(count: 2))
  // [end]
  func score(_ model: Machine) -> Double {
    let scores = RowScores(model, data: digits, binarization: .sample, key: key.folded("scores"))
    return MeanEstimate(of: scores.pseudoLogLikelihoods()).mean
  }
  let fresh = trainer.start(
    Machine(visibleMeans: statistics.smoothedMeans, hiddenCount: 500, using: key.folded("machine")),
    data: statistics)
  guard (path.baseLogPartition + weights.logMean).isFinite else { return (0, -.infinity) }
  return (score(fresh.model), score(run.model))
}
