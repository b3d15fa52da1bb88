import Joule

extension MachineKind: TrainableKind {
  typealias Settings = WithEstimator<MachineSettings>
  typealias Options = MachineOptions
  typealias Monitor = MachineMonitor

  static let help = (
    abstract:
      "Trains a restricted Boltzmann machine of any units: numbers, categories, bits, mixed.",
    discussion: """
    The units of the data are named by --units or guessed by column. Categories are whole numbers from 0 on; \
    aligned sequences (FASTA) are read as categories, 0 the gap. Normal units learn a variance each; their \
    columns are standardized. NaN stands for a missing value. For bits alone joule train rbm is faster, and has mean \
    field and metrics that this has not (--method tap, --gradient standardized and natural).

    joule train boltzmann-machine --data table.csv --hidden 50 --output run
    joule train boltzmann-machine --data faces.npy --units gaussian --hidden-units relu --output run
    joule train boltzmann-machine --data family.fasta --similarity 0.8 --hidden-units drelu --output run
    """
  )

  static let defaults = TrainingDefaults(epochs: 100, standardize: true, sgdRate: 0.01)

  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws {
    try configuration.own.model.layers[0].check(data, allowingMissing: true)
  }

  static func check(_ configuration: RunConfiguration<Settings>) throws {
    _ = try estimator(configuration)
  }

  static func coding(
    _ configuration: RunConfiguration<Settings>, of data: LoadedData
  ) -> Standardization? {
    guard let layer = try? configuration.own.model.layers[0] else { return nil }
    return layer.coding(
      of: data.dataset, standardizes: configuration.common.standardize ?? true)
  }

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    Model(
      layers: try configuration.own.model.layers, statistics: statistics,
      using: configuration.key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> { try estimator(configuration, baseMeans: nil) }

  static func estimator(
    _ configuration: RunConfiguration<Settings>, data statistics: DataStatistics<Float>
  ) throws -> any GradientEstimator<Model> {
    try estimator(configuration, baseMeans: statistics.means)
  }

  private static func estimator(
    _ configuration: RunConfiguration<Settings>, baseMeans: Tensor<Float>?
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own.estimator
    let terms: (any TermEstimator<Model>)? = try own.terms(
      learningRate: configuration.common.learningRate, baseMeans: baseMeans)
    guard let terms else { throw Failure("--method \(own.method.rawValue) is for bits alone") }
    return imputed(terms, centering: own.centering)
  }

  private static func imputed<Base: TermEstimator>(
    _ base: Base, centering: Bool
  ) -> any GradientEstimator<Model> where Base.Model == Model {
    if centering { return Imputed(Centered(base)) }
    return Imputed(base)
  }

  static var watchesChains: Bool { true }

  var fault: String? { model.normalizationFault }

  /// Ten times a run, by a hundred chains of either kind; noise are units that nothing is coupled to or known of.
  static func watch<Estimator: ChainHolding>(
    _ estimator: Estimator, _ configuration: RunConfiguration<Settings>,
    data statistics: DataStatistics<Float>, on workers: Workers
  ) -> EquilibriumWatch<Estimator>? where Estimator.Model == Model {
    guard let layers = try? configuration.own.model.layers else { return nil }
    let key = configuration.key.folded("equilibrium")
    let resting = Model(
      layers: layers, weights: [Tensor(zeros: [layers[0].width, layers[1].width])])
    return EquilibriumWatch(
      of: estimator, data: statistics.startRows(100),
      noise: resting.annealingPath(fromMeans: nil).sampledBaseRows(
        count: 100, using: ChainRandom(key: key.folded("noise"))),
      every: (configuration.common.epochs + 9) / 10, key: key, on: workers
    ) { BlockGibbs<Model>($0) }
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> MachineMonitor {
    let layers = (try? configuration.own.model.layers) ?? []
    let hasMissing = training.dataset.hasMissing || validation?.dataset.hasMissing == true
    return MachineMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers, boundsLikelihoods: hasMissing && MachineKind.bounds(layers))
  }

  static let headlines = [
    Headline(label: "log-likelihood", name: "log_likelihood", digits: 4),
    Headline(label: "log-likelihood bound", name: "log_likelihood_bound", digits: 4),
    Headline(label: "reconstruction error", name: "reconstruction_error", digits: 4),
    Headline(label: "free-energy gap", name: "free_energy_gap", digits: 2),
  ]

  static let curves = [
    ScoreCurves(
      title: "Log-likelihood",
      explanation:
        "Exact, on a fixed sample of rows; for machines that are small enough. A lower bound where rows miss "
        + "values.",
      unit: "nats a row",
      series: [
        ("training", "log_likelihood"), ("validation", "validation_log_likelihood"),
        ("training, bound", "log_likelihood_bound"),
        ("validation, bound", "validation_log_likelihood_bound"),
      ]),
    .freeEnergyGap, .reconstructionError,
  ]

  var caption: (kind: String, architecture: String) {
    ("RBM", model.layers.map(\.text).joined(separator: " to "))
  }

  var sentence: String {
    "A restricted Boltzmann machine of \(model.layers[0].text) visible and \(model.layers[1].text) "
      + "hidden units"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation: "Drawn by 1,000 Gibbs steps from training rows."
  )
}

/// Cheap scores of a machine on a fixed sample of rows, for use while it trains.
struct MachineMonitor: ScoreMonitor {
  typealias Model = BoltzmannMachine<Float>

  private let training: ModelRows
  private let validation: ModelRows?
  private let key: RandomKey
  private let workers: Workers
  let boundsLikelihoods: Bool

  /// Machines of so few joint states are summed exactly at every score.
  private static let exactBits = 12

  /// - Parameter boundsLikelihoods: whether rows miss values that mean field sums out.
  init(
    training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers,
    boundsLikelihoods: Bool
  ) {
    self.key = key
    self.boundsLikelihoods = boundsLikelihoods
    self.training = training.sampled(key: key.folded("training"))
    self.validation = validation?.sampled(key: key.folded("validation"))
    self.workers = workers
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let machine = run.model
    let kind = MachineKind(machine)
    func energy(_ rows: ModelRows) -> Double {
      MeanEstimate(of: kind.energies(of: rows, key: key, on: workers)).mean
    }
    let filled = training.filled(by: machine, key: key, on: workers)
    let errors = RowScores(
      machine, data: filled.dataset, binarization: filled.binarization, key: key, on: workers
    ).reconstructionErrors()
    let trained = energy(training)
    var named = [
      "mean_free_energy": trained, "reconstruction_error": MeanEstimate(of: errors).mean,
      "largest_weight": Double(machine.weights(0).largestMagnitude),
    ]
    let held = validation.map(energy)
    if let held {
      named["validation_mean_free_energy"] = held
      named["free_energy_gap"] = held - trained
    }
    if machine.enumeratedBitCount <= Self.exactBits {
      let logPartition = ExactPartition.logPartition(of: machine, on: workers)
      let name = boundsLikelihoods ? "log_likelihood_bound" : "log_likelihood"
      named[name] = -trained - logPartition
      if let held { named["validation_" + name] = -held - logPartition }
    }
    return named
  }
}
