import Joule

/// How a classifier does on a fixed sample of its training rows and on rows held out, while it trains.
struct LabelMonitor<Model: ClassifierModel & ParametricEnergy>: ScoreMonitor {
  private let training: ModelRows
  private let validation: ModelRows?
  private let key: RandomKey
  private let workers: Workers

  private static var trainingRows: Int { 2000 }
  private static var validationRows: Int { 10_000 }

  /// - Parameters:
  ///   - training: rows (x, y).
  ///   - validation: rows (x, y), if any are held out.
  init(training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers) {
    self.key = key
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
    let logProbabilities = model.classLogProbabilities(
      of: data.rows(at: labelled), binarization: rows.binarization, key: key, on: workers)
    return ClassificationScores(
      logProbabilities: logProbabilities, labels: labelled.compactMap { labels[$0] })
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
