import Joule

/// A kind of model whose density is known with its constant, and which is drawn from directly: its
/// likelihood is exact and needs no method.
protocol NormalizedKind: ModelKind where Model: ParametricEnergy & TractableDistribution {}

extension NormalizedKind {
  static var isNormalized: Bool { true }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    logDensities(of: rows, key: key, on: workers).map { -$0 }
  }

  /// log p(x) of every row, in the units of the data.
  func logDensities(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    RowScores(
      model, data: rows.dataset, binarization: rows.binarization, key: key, on: workers
    ).logDensities().map { $0 - rows.energyOffset }
  }

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let energies = energies(
      of: request.rows, key: request.key.folded("rows"), on: request.workers)
    let impossible = energies.firstIndex { !$0.isFinite }
    return LikelihoodReport(
      logPartition: .normalized, energies: energies,
      warnings: impossible.map { row in
        ["row \(row + 1) has the log-density \(-energies[row]): the average says nothing"]
      } ?? [])
  }

  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp needs a model whose variables are drawn one by one given the others: "
        + "\(Self.title) is drawn from as a whole")
    var pieces = RowPieces.ranges(request.count).map {
      (range: $0, rows: Tensor<Model.Scalar>(zeros: [$0.count, variableCount]))
    }
    let (model, key) = (self.model, request.key)
    request.workers.mutateEach(&pieces) { _, piece in
      model.sample(
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound),
        into: &piece.rows)
    }
    var rows = Tensor<Float>(zeros: [request.count, variableCount])
    for piece in pieces { rows.assignRows(piece.range, from: Tensor<Float>(piece.rows)) }
    return rows
  }
}

/// What normalised kinds have in common while they train: they score themselves by what they maximise.
extension TrainableKind where Self: NormalizedKind {
  static var headlines: [Headline] {
    [Headline(label: "log-likelihood", name: "log_likelihood", digits: 3)]
  }

  static var curves: [ScoreCurves] {
    [
      ScoreCurves(
        title: "Log-likelihood",
        explanation: "Exact, on a fixed sample of rows; higher is better. A gap that opens is "
          + "over-fitting.",
        unit: "nats a row",
        series: [
          ("training", "log_likelihood"), ("validation", "validation_log_likelihood"),
        ])
    ]
  }

  static var samples: (steps: Int, areMeans: Bool, explanation: String) {
    (0, false, "Independent draws from the model.")
  }
}

extension TrainableKind where Self: NormalizedKind, Monitor == LikelihoodMonitor<Self> {
  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> Monitor {
    let key = configuration.key.folded("probe")
    return LikelihoodMonitor(
      training: training.sampled(key: key.folded("training")),
      validation: validation?.sampled(key: key.folded("validation")), key: key, workers: workers)
  }
}

/// The mean log-likelihood of fixed rows.
struct LikelihoodMonitor<Kind: NormalizedKind>: ScoreMonitor {
  typealias Model = Kind.Model

  let training: ModelRows
  let validation: ModelRows?
  let key: RandomKey
  let workers: Workers

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let kind = Kind(run.model)
    func mean(_ rows: ModelRows) -> Double {
      MeanEstimate(of: kind.logDensities(of: rows, key: key, on: workers)).mean
    }
    var scores = ["log_likelihood": mean(training)]
    scores["validation_log_likelihood"] = validation.map(mean)
    return scores
  }
}
