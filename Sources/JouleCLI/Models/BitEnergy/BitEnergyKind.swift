import Joule

/// Neural energies of bits.
struct BitEnergyKind: ModelKind {
  typealias Model = BitEnergy<Float>

  static let title = "a neural energy of bits"
  static let values = VariableValues.unit

  let model: Model

  init(_ model: Model) { self.model = model }

  /// Discrete Langevin sampling from bits at random; Gibbs sampling where values are held.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    if request.clamped != nil { return try request.siteDraws(of: model) }
    return try request.position(
      of: DiscreteLangevin(adapting: model), from: request.bitStart(of: variableCount))
  }

  /// log Z by the sum over few bits, else between annealing to the model and back.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(of: model) {
      try request.bracket(ofSmoothBits: model, chains: $0, steps: $1)
    }
    let report = LikelihoodReport(
      logPartition: partition.logPartition,
      energies: energies(of: request.rows, key: request.key.folded("rows"), on: request.workers),
      warnings: partition.warnings)
    request.display.clear()
    try report.requireFinite()
    return report
  }
}

extension BitEnergyKind: TrainableKind {
  typealias Settings = BitEnergySettings
  typealias Options = BitEnergyOptions
  typealias Monitor = BitEnergyMonitor

  static let help = (
    abstract: "Trains a neural energy of bits.",
    discussion: """
    E(x) = f(x) − b·x, f a network. Chains flip what its gradient says is cheap (Gibbs with gradients); ratio matching \
    (rm) needs no chains, and exact sums over all states of up to \(BitEnergySettings.largestExactCount) columns.

    joule train bit-energy --data rows.npy --architecture mlp:64x2 --output run
    joule train bit-energy --data few.csv --estimator exact --output run
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 20, batchSize: 100, optimizer: .adam, adamRate: 0.001, schedule: .linear,
    weightDecay: 0)

  static let watchesChains = true

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model { try network(configuration, means: statistics.smoothedMeans) }

  static func check(_ configuration: RunConfiguration<Settings>) throws {
    let columns = configuration.common.data.columns
    _ = try network(configuration, means: Tensor([columns], repeating: 0.5))
    try configuration.own.estimator.requireRoom(
      columns: columns, most: BitEnergySettings.largestExactCount)
  }

  private static func network(
    _ configuration: RunConfiguration<Settings>, means: Tensor<Float>
  ) throws -> Model {
    try configuration.network {
      try Model($0, inputShape: $1, means: means, using: configuration.key.folded("machine"))
    }
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own
    return own.estimator.gradient(steps: own.steps, chains: own.chains) { (model: Model) in
      RowCompleting(GibbsWithGradients(model), for: model)
    }
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> BitEnergyMonitor {
    let key = configuration.key.folded("probe")
    return BitEnergyMonitor(
      training: training.sampled(key: key.folded("training")),
      validation: validation?.sampled(key: key.folded("validation")), key: key, workers: workers)
  }

  static let headlines = EnergyKind.headlines

  static let curves =
    [
      ScoreCurves(
        title: "Log-likelihood",
        explanation: "On a fixed sample of rows, Z summed over all states; higher is better.",
        unit: "nats a row",
        series: [("training", "log_likelihood"), ("validation", "validation_log_likelihood")])
    ] + EnergyKind.curves.dropFirst().prefix(2)

  var caption: (kind: String, architecture: String) {
    ("Bit energy", "\(model.architecture) of \(variableCount)")
  }

  var sentence: String {
    "A neural energy \(model.architecture) of \(variableCount) bits and "
      + "\(format(model.parameters.scalarCount)) parameters"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation: "Drawn by 1,000 steps of discrete Langevin sampling from training rows."
  )
}

/// Energies of fixed rows, and their exact likelihood where states are few.
struct BitEnergyMonitor: ScoreMonitor {
  typealias Model = BitEnergy<Float>

  let training: ModelRows
  let validation: ModelRows?
  let key: RandomKey
  let workers: Workers

  /// So many bits are summed while a model trains.
  private static let quickBits = 10

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let model = run.trainedModel
    func mean(_ rows: ModelRows) -> Double {
      MeanEstimate(of: rows.energies(model, key: key, on: workers)).mean
    }
    var scores = ["mean_energy": mean(training)]
    scores["validation_mean_energy"] = validation.map(mean)
    if model.variableCount <= Self.quickBits {
      let logPartition = ExactPartition.logPartition(of: model, on: workers)
      scores["log_likelihood"] = -mean(training) - logPartition
      scores["validation_log_likelihood"] = validation.map { -mean($0) - logPartition }
    }
    return scores
  }
}
