import Joule

extension DBNKind: TrainableKind {
  typealias Settings = DBNSettings
  typealias Options = DBNOptions
  typealias Monitor = DBNMonitor

  static let help = (
    abstract: "Trains a deep belief network of binary units.",
    discussion: """
    Layers are trained one by one, each as a restricted Boltzmann machine on the hidden units of the one below; then \
    all together, up and down. NaN stands for a missing value, which passes up and down fill in. The output folder gets the model, a checkpoint, metrics.jsonl, config.json, pictures of \
    filters and samples, and report.html. Ctrl-C saves a checkpoint once all layers are trained together; --resume \
    goes on from it and ends with the same bytes as a run that was never stopped.

    joule train dbn --data train-images-idx3-ubyte.gz --binarize sample --hidden 500,1000 --output run
    joule evaluate run/model.safetensors --data t10k-images-idx3-ubyte.gz --binarize threshold
    """
  )

  static let defaults = TrainingDefaults(epochs: 10, sgdRate: 0.01)

  static func check(_ data: LoadedData, _ configuration: RunConfiguration<DBNSettings>) throws {
    try requireLayers(configuration.own.hidden.count, for: data)
  }

  /// Small random weights everywhere.
  static func initialModel(
    _ configuration: RunConfiguration<DBNSettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    var means = statistics.smoothedMeans
    return Model(
      stacking: configuration.own.hidden.enumerated().map { level, count in
        defer { means = Tensor([count], repeating: 0.5) }
        return RestrictedBoltzmannMachine(
          visibleMeans: means, hiddenCount: count,
          using: configuration.key.folded("machine").folded(UInt64(level)))
      })
  }

  static func pretrained(
    _ model: Model, _ configuration: RunConfiguration<DBNSettings>, data: RunData,
    settings: RunSettings, signal: StopSignal
  ) throws -> Model? {
    let own = configuration.own
    return try GreedyPretraining(
      hidden: own.hidden, epochs: own.pretrainingEpochs, learningRate: own.pretrainingRate,
      gibbsSteps: own.gibbsSteps, chains: own.chains, centering: own.centering,
      copies: { _ in (1, 1) }
    ).stack(
      plan: configuration.plan, optimizer: configuration.optimizer, data: data,
      settings: settings, signal: signal
    ).map { Model(stacking: $0) }
  }

  static func estimator(
    _ configuration: RunConfiguration<DBNSettings>
  ) -> any GradientEstimator<Model> {
    WakeSleep<Float>(steps: configuration.own.gibbsSteps)
  }

  static func monitor(
    _ configuration: RunConfiguration<DBNSettings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> DBNMonitor {
    let key = configuration.key.folded("probe")
    return DBNMonitor(
      training: training.sampled(key: key.folded("training")),
      validation: validation?.sampled(key: key.folded("validation")), key: key, workers: workers)
  }

  static let headlines = [
    Headline(label: "mean free energy", name: "mean_free_energy", digits: 2),
    Headline(label: "free-energy gap", name: "free_energy_gap", digits: 2),
  ]

  static let curves = [
    ScoreCurves(
      title: "Variational free energy",
      explanation:
        "On a fixed sample of rows, without log Z of the top machine: it compares rows, not models.",
      unit: "nats a row",
      series: [("training", "mean_free_energy"), ("validation", "validation_mean_free_energy")])
  ]

  var caption: (kind: String, architecture: String) {
    ("DBN", model.widths.map(String.init).joined(separator: "-"))
  }

  var sentence: String {
    "A deep belief network of \(model.variableCount) visible units and "
      + "\(model.widths.count - 1) hidden layers"
  }

  static let samples = (
    steps: 1000, areMeans: true,
    explanation:
      "Drawn by 1,000 Gibbs steps of the top machine, which start from training rows, and "
      + "one pass down; shown are the means that pixels are drawn with."
  )

  /// The generative weights of the first hidden units, each scaled to its own largest.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let weights = model.directedCount > 0 ? model.generativeWeights(0) : model.top.weights
    return .init(
      title: "Filters",
      explanation:
        "What units of the first hidden layer add to the picture; each is scaled to its own "
        + "largest.",
      image: Pictures.grid(
        weights.columns(0..<min(100, weights.shape[1])).transposed().elements,
        height: shape.height, width: shape.width, scale: .symmetricPerTile))
  }
}

/// Variational free energies of fixed rows, for use while a network trains.
struct DBNMonitor: ScoreMonitor {
  typealias Model = DeepBeliefNetwork<Float>

  let training: ModelRows
  let validation: ModelRows?
  let key: RandomKey
  let workers: Workers

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let kind = DBNKind(run.model)
    func mean(_ rows: ModelRows) -> Double {
      MeanEstimate(of: kind.energies(of: rows, draws: 1, key: key, on: workers)).mean
    }
    let own = mean(training)
    var scores = ["mean_free_energy": own]
    if let validation {
      let others = mean(validation)
      scores["validation_mean_free_energy"] = others
      scores["free_energy_gap"] = others - own
    }
    return scores
  }
}
