import Joule

extension DBMKind: TrainableKind {
  typealias Settings = WithEstimator<DBMSettings>
  typealias Options = DBMOptions
  typealias Monitor = DBMMonitor

  static let help = (
    abstract: "Trains a deep Boltzmann machine of binary units.",
    discussion: """
    Layers are pretrained one by one, then trained together: mean field for the data, persistent chains for the \
    model. With --objective multi-prediction they learn from scratch and without chains to predict whatever pixels \
    are hidden from those that are shown. NaN stands for a missing value, which mean field infers as it does hidden \
    units. The output folder gets the model, a checkpoint, metrics.jsonl, config.json, pictures of filters and \
    samples, and report.html. Ctrl-C saves a checkpoint once all layers are trained together; --resume goes on \
    from it and ends with the same bytes as a run that was never stopped.

    joule train dbm --data train-images-idx3-ubyte.gz --binarize sample --hidden 500,1000 --output run
    joule evaluate run/model.safetensors --data t10k-images-idx3-ubyte.gz --binarize threshold
    """
  )

  static let defaults = TrainingDefaults(epochs: 20)

  /// Small random weights everywhere.
  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let key = configuration.key.folded("machine")
    return deepened(
      RestrictedBoltzmannMachine(
        visibleMeans: statistics.smoothedMeans, hiddenCount: configuration.own.model.hidden[0],
        using: key), configuration)
  }

  private static func deepened(
    _ bottom: RestrictedBoltzmannMachine<Float>, _ configuration: RunConfiguration<Settings>
  ) -> Model {
    Model(
      on: bottom, widths: Array(configuration.own.model.hidden.dropFirst()),
      weightScale: Float(configuration.own.model.upperScale),
      inferenceRounds: configuration.own.model.inferenceRounds,
      using: configuration.key.folded("machine"))
  }

  static func check(_ configuration: RunConfiguration<Settings>) throws {
    _ = try estimator(configuration)
    _ = try configuration.own.model.bottom.map {
      try bottom(
        $0, columns: configuration.common.data.columns, hidden: configuration.own.model.hidden[0])
    }
  }

  /// The machine of a file that a deep one is to stand on.
  private static func bottom(
    _ path: String, columns: Int, hidden: Int
  ) throws -> RestrictedBoltzmannMachine<Float> {
    let loaded = try LoadedModel(path)
    guard let kind = loaded.kind as? RBMKind else {
      throw Failure("--bottom \(path) is \(loaded.type.title), expected \(RBMKind.title)")
    }
    let machine = kind.model
    try require(
      machine.variableCount == columns && machine.hiddenCount == hidden,
      "--bottom \(path) has \(machine.variableCount) visible and \(machine.hiddenCount) hidden units, "
        + "expected \(columns), the columns of the data, and \(hidden), the first of --hidden")
    return machine
  }

  static func pretrained(
    _ model: Model, _ configuration: RunConfiguration<Settings>, data: RunData,
    settings: RunSettings, signal: StopSignal
  ) throws -> Model? {
    let (own, estimator) = (configuration.own.model, configuration.own.estimator)
    guard own.pretraining != .none else { return model }
    if let path = own.bottom {
      return deepened(
        try bottom(path, columns: model.variableCount, hidden: own.hidden[0]), configuration)
    }
    let isDoubled = own.pretraining == .doubled
    let hidden = isDoubled ? own.hidden : [own.hidden[0]]
    let stack = try GreedyPretraining(
      hidden: hidden, epochs: own.pretrainingEpochs, learningRate: own.pretrainingRate,
      gibbsSteps: estimator.gibbsSteps, chains: estimator.chains, centering: estimator.centering,
      copies: { Model.pretrainingCopies(level: $0, of: hidden.count) }
    ).stack(
      plan: configuration.plan, optimizer: configuration.optimizer, data: data,
      settings: settings, signal: signal)
    guard let stack else { return nil }
    return isDoubled
      ? Model(composing: stack, inferenceRounds: own.inferenceRounds)
      : deepened(stack[0], configuration)
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    if configuration.own.model.isPredicting { return MultiPrediction<Model>() }
    return try inferring(
      configuration.own.estimator, learningRate: configuration.common.learningRate)
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> DBMMonitor {
    DBMMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static let headlines = [
    Headline(label: "log-likelihood bound", name: "log_likelihood_bound", digits: 2),
    Headline(label: "hopeful bound", name: "hopeful_bound", digits: 2),
    Headline(label: "free-energy gap", name: "free_energy_gap", digits: 2),
  ]

  static let curves = [
    ScoreCurves(
      title: "Bound of the log-likelihood",
      explanation:
        "On a fixed sample of rows, with log Z from a short annealing, which errs low: the bound looks "
        + "better than it is. The judgement at the end does not. Trajectory tempering knows a log Z of its own.",
      unit: "nats a row",
      series: [
        ("training", "hopeful_bound"), ("validation", "validation_hopeful_bound"),
        ("training, tempered", "log_likelihood_bound"),
        ("validation, tempered", "validation_log_likelihood_bound"),
      ]),
    ScoreCurves(
      title: "Prediction of hidden pixels",
      explanation:
        "Half of all pixels are hidden and predicted from the others by mean field: the cross-entropy of "
        + "one.",
      unit: "nats a pixel",
      series: [
        ("training", "prediction_loss"), ("validation", "validation_prediction_loss"),
      ]),
    .swaps,
    ScoreCurves(
      title: "Free-energy gap",
      explanation:
        "Mean variational free energy of validation rows less that of training rows. It grows when the "
        + "machine learns its training rows by heart.",
      unit: "nats a row", series: [("validation − training", "free_energy_gap")]),
  ]

  var caption: (kind: String, architecture: String) {
    ("DBM", model.machine.layers.map { String($0.width) }.joined(separator: "-"))
  }

  var sentence: String {
    "A deep Boltzmann machine of \(model.variableCount) visible units and "
      + "\(model.machine.layers.count - 1) hidden layers"
  }

  static let samples = (
    steps: 1000, areMeans: true,
    explanation: "Drawn by 1,000 Gibbs steps of all layers from training rows; shown are the means "
      + "that pixels are drawn with."
  )

  /// The weights of the first hidden units, each scaled to its own largest.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let weights = model.machine.weights(0)
    return .init(
      title: "Filters",
      explanation: "The weights of units of the first hidden layer: white turns a unit on, black "
        + "turns it off; each is scaled to its own largest.",
      image: Pictures.grid(
        weights.columns(0..<min(100, weights.shape[1])).transposed().elements,
        height: shape.height, width: shape.width, scale: .symmetricPerTile))
  }
}

/// Scores of a deep machine on fixed rows, for use while it trains.
struct DBMMonitor: ScoreMonitor {
  typealias Model = DeepBoltzmannMachine<Float>

  private let training: ModelRows
  private let validation: ModelRows?
  private let key: RandomKey
  private let workers: Workers

  private static let chains = 50
  private static let steps = 300

  var boundsLikelihoods: Bool { true }

  init(training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers) {
    self.key = key
    self.training = training.sampled(key: key.folded("training"))
    self.validation = validation?.sampled(key: key.folded("validation"))
    self.workers = workers
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let kind = DBMKind(run.model)
    func freeEnergy(_ rows: ModelRows) -> Double {
      MeanEstimate(of: kind.energies(of: rows, key: key, on: workers)).mean
    }
    let own = freeEnergy(training)
    var named = [
      "mean_free_energy": own,
      "largest_weight": run.model.parameters.entries.filter { $0.role == .weight }.map {
        Double($0.value.largestMagnitude)
      }.max() ?? 0,
    ]
    named["prediction_loss"] = predictionLoss(of: run.model, training)
    // A fault of annealing leaves a gap in the curve; what caused it ends the run by itself.
    let logPartition = try? logPartition(of: run.model)
    named["hopeful_bound"] = logPartition.map { -own - $0 }
    if let validation {
      named["validation_prediction_loss"] = predictionLoss(of: run.model, validation)
      let others = freeEnergy(validation)
      named["validation_mean_free_energy"] = others
      named["free_energy_gap"] = others - own
      named["validation_hopeful_bound"] = logPartition.map { -others - $0 }
    }
    return named
  }

  /// −log Q of a pixel that is hidden as half of all are, in nats; nil where units are no bits.
  private func predictionLoss(of model: Model, _ rows: ModelRows) -> Double? {
    guard model.isPredictive else { return nil }
    let prediction = MultiPrediction<Model>()
    let batch: Tensor<Float> = rows.dataset.batch(
      0..<rows.dataset.rowCount, binarization: rows.binarization,
      using: ChainRandom(key: key.folded("predicted")))
    let loss = prediction.objective(
      model, at: batch, step: 0, state: DrawKey(key.folded("hidden")), on: workers)
    // What is missing of a row is predicted by no one.
    let given = batch.elements.count { !$0.isNaN }
    return loss / (prediction.hiddenShare * Double(given) / Double(batch.shape[0]))
  }

  /// Annealed from the means of the training rows and of what is inferred above them.
  private func logPartition(of model: Model) throws -> Double {
    let rows: Tensor<Float> = training.dataset.batch(
      0..<training.dataset.rowCount, binarization: training.binarization,
      using: ChainRandom(key: key.folded("means")))
    let path = model.machine.annealingPath(
      fromMeans: model.inferredRows(for: rows).mean(along: 0))
    return try path.baseLogPartition
      + AnnealedImportanceSampling(path, steps: Self.steps).forward(
        chains: Self.chains, key: key.folded("annealing"), on: workers
      ).logMean
  }
}
