// The code of docs/normalized-models.md. NormalizedModelsGuideTests checks that the page shows these very
// lines, and what the functions return.

// [begin: nade]
import Joule

/// Learns rows of bits by heart: 1000 passes of Adam, the rate falling to a hundredth.
func trainedNADE(on data: Dataset, hidden: Int, key: RandomKey) throws -> NADE<Float> {
  let statistics = DataStatistics<Float>(
    of: data, binarization: .none, key: key.folded("statistics"))
  let trainer = Trainer(
    estimator: MaximumLikelihood<NADE<Float>>(), optimizer: Adam(),
    plan: TrainingPlan(
      epochs: 1000, batchSize: 16, learningRate: 0.05, schedule: .exponential(to: 0.01),
      key: key.folded("training")))
  var run = trainer.start(
    NADE(visibleMeans: statistics.smoothedMeans, hiddenCount: hidden, using: key.folded("machine")),
    data: statistics)
  try trainer.train(&run, on: data)
  return run.model
}
// [end: nade]

// [begin: use]
/// The mean of log p over rows, and as many draws: both exact, no chain and no log Z.
func judged(_ model: some NormalizedModel, _ data: Dataset) -> MeanEstimate {
  MeanEstimate(
    of: RowScores(model, data: data, key: RandomKey(seed: 0)).energies().map { -$0 })
}

func draws(_ count: Int, from model: NADE<Float>) -> Tensor<Float> {
  model.sample(count: count, using: ChainRandom(key: RandomKey(seed: 1)))
}
// [end: use]

// [begin: mixture]
/// Three normal distributions, the best of five starts.
func fittedMixture(_ rows: Tensor<Double>) throws -> GaussianMixture<Double> {
  let rule = ExpectationMaximization<GaussianComponents>(
    componentCount: 3, options: .init(covariance: .full))
  let fit = try rule.fit(
    MixtureData(rows), plan: .init(restarts: 5, tolerance: 1e-6), key: RandomKey(seed: 2))
  if !fit.limited.isEmpty { print("components \(fit.limited) have shrunk to a limit") }
  return fit.model
}
// [end: mixture]
