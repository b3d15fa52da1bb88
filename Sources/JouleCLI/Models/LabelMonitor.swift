import Joule

/// How a classifier does on a fixed sample of its training rows and on rows held out, while it trains.
struct LabelMonitor<Model: ClassifierModel & ParametricEnergy>: ScoreMonitor {
  /// p(y | the given inputs) of inputs of which some are missing, `[batch, classes]`.
  typealias Filling =
    @Sendable (Model, _ inputs: Tensor<Model.Scalar>, RandomKey, Workers) -> Tensor<Double>

  private let training: ModelRows
  private let validation: ModelRows?
  private let key: RandomKey
  private let workers: Workers
  private let filling: Filling?

  private static var trainingRows: Int { 2000 }
  private static var validationRows: Int { 10_000 }

  /// - Parameters:
  ///   - training: rows (x, y).
  ///   - validation: rows (x, y), if any are held out.
  ///   - filling: what names the classes of rows with missing inputs; nil where there are none.
  init(
    training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers,
    filling: Filling? = nil
  ) {
    self.key = key
    self.filling = filling
    self.training = training.sampled(Self.trainingRows, key: key.folded("training"))
    self.validation = validation?.sampled(Self.validationRows, key: key.folded("validation"))
    self.workers = workers
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let model = run.trainedModel
    var named = ["largest_parameter": Double(model.parameters.largestMagnitude)]
    if let scores = scores(model, training) {
      named["error"] = 100 * scores.error.value
      named["negative_log_likelihood"] = scores.negativeLogLikelihood
    }
    if let scores = validation.flatMap({ self.scores(model, $0) }) {
      named["validation_error"] = 100 * scores.error.value
      named["validation_negative_log_likelihood"] = scores.negativeLogLikelihood
    }
    return named
  }

  /// Nil where no row has a label.
  private func scores(_ model: Model, _ rows: ModelRows) -> ClassificationScores? {
    let data = rows.dataset
    let labels = data.rowBlocks.flatMap { model.labels(of: data.batch($0)) }
    let labelled = labels.indices.filter { labels[$0] != nil }
    if labelled.isEmpty { return nil }
    return ClassificationScores(
      logProbabilities: logProbabilities(model, data.rows(at: labelled), rows.binarization),
      labels: labelled.compactMap { labels[$0] })
  }

  private func logProbabilities(
    _ model: Model, _ data: Dataset, _ binarization: Binarization
  ) -> Tensor<Double> {
    guard data.hasMissing, let filling else {
      return model.classLogProbabilities(
        of: data, binarization: binarization, key: key, on: workers)
    }
    let parts = data.rowBlocks.map { block in
      let random = ChainRandom(key: key, firstChain: block.lowerBound)
      let rows: Tensor<Model.Scalar> = data.batch(
        block, binarization: binarization, using: random)
      return filling(
        model, model.inputs(of: rows), key.folded(UInt64(block.lowerBound)), workers)
    }
    return Tensor(concatenating: parts, along: 0).log()
  }

  static var headlines: [Headline] {
    [
      Headline(label: "error %", name: "error", digits: 2),
      Headline(label: "−log p(label)", name: "negative_log_likelihood", digits: 4),
    ]
  }

  static var curves: [ScoreCurves] {
    [
      ScoreCurves(
        title: "Classification error",
        explanation: "Rows whose most probable class is not their label; lower is better.",
        unit: "%", series: [("training", "error"), ("validation", "validation_error")]),
      ScoreCurves(
        title: "−log p(label | row)",
        explanation:
          "It grows on validation rows where the model becomes surer than it has reason to be.",
        unit: "nats a row",
        series: [
          ("training", "negative_log_likelihood"),
          ("validation", "validation_negative_log_likelihood"),
        ]),
    ]
  }
}
