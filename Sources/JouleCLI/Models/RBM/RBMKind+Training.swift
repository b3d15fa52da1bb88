import Joule

extension RBMKind: TrainableKind {
  typealias Settings = WithEstimator<RBMSettings>
  typealias Options = RBMOptions
  typealias Monitor = RBMMonitor

  static let help = (
    abstract: "Trains a restricted Boltzmann machine of binary units.",
    discussion: """
    The output folder gets the model, a checkpoint, metrics.jsonl, config.json, pictures of filters and \
    samples, and report.html. Ctrl-C saves a checkpoint; --resume goes on from it and ends with the \
    same bytes as a run that was never stopped.

    NaN stands for a missing value: Gibbs steps fill it in anew at every update, given the others of its row.

    Chains that are trapped in some modes of the model make a worse gradient than they seem: --method pt \
    or ptt exchange them with chains that are not. ptt writes log Z and the log-likelihood of every scored \
    epoch into metrics.jsonl.

    joule train rbm --data train-images-idx3-ubyte.gz --binarize sample --output run
    joule train rbm --data rows.csv --hidden 60 --method ptt --output run
    joule train rbm --resume --output run
    """
  )

  static let defaults = TrainingDefaults()

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    Model(
      visibleMeans: statistics.smoothedMeans, hiddenCount: configuration.own.model.hidden,
      using: configuration.key.folded("machine"))
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> RBMMonitor {
    RBMMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  /// Ten times a run, by a hundred chains of either kind.
  static func watch<Estimator: ChainHolding>(
    _ estimator: Estimator, _ configuration: RunConfiguration<Settings>,
    data statistics: DataStatistics<Float>, on workers: Workers
  ) -> EquilibriumWatch<Estimator>? where Estimator.Model == Model {
    let key = configuration.key.folded("equilibrium")
    let data = statistics.startRows(100)
    let noise = BernoulliProduct<Float>(
      probabilities: Tensor([data.shape[1]], repeating: 0.5))
    return EquilibriumWatch(
      of: estimator, data: data,
      noise: noise.sample(count: 100, using: ChainRandom(key: key.folded("noise"))),
      every: (configuration.common.epochs + 9) / 10, key: key, on: workers
    ) { BlockGibbs<Model>($0) }
  }

  static let headlines = [
    Headline(label: "log-likelihood", name: "log_likelihood", digits: 2),
    Headline(label: "log-likelihood bound", name: "log_likelihood_bound", digits: 2),
    Headline(label: "pseudo-log-likelihood", name: "pseudo_log_likelihood", digits: 4),
    Headline(label: "free-energy gap", name: "free_energy_gap", digits: 2),
  ]

  static let curves = [
    ScoreCurves(
      title: "Log-likelihood",
      explanation:
        "By the log Z that the estimator knows of the model along its way; a lower bound where rows miss values.",
      unit: "nats a row",
      series: [
        ("training", "log_likelihood"), ("validation", "validation_log_likelihood"),
        ("training, bound", "log_likelihood_bound"),
        ("validation, bound", "validation_log_likelihood_bound"),
      ]),
    .swaps,
    ScoreCurves(
      title: "Pseudo-log-likelihood",
      explanation:
        "Each variable given all the others, on a fixed sample of rows; higher is better.",
      unit: "nats a variable",
      series: [
        ("training", "pseudo_log_likelihood"), ("validation", "validation_pseudo_log_likelihood"),
      ]),
    .freeEnergyGap, .reconstructionError,
  ]

  var caption: (kind: String, architecture: String) {
    ("RBM", "\(model.variableCount)-\(model.hiddenCount)")
  }

  var sentence: String {
    "A restricted Boltzmann machine of \(model.variableCount) visible and \(model.hiddenCount) "
      + "hidden units"
  }

  static let samples = (
    steps: 1000, areMeans: true,
    explanation: "Drawn by 1,000 Gibbs steps from training rows; shown are the means that pixels "
      + "are drawn with."
  )

  /// The weights of the first hidden units, each scaled to its own largest.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let count = min(100, model.hiddenCount)
    return .init(
      title: "Filters",
      explanation: "The weights of hidden units: white turns a unit on, black turns it off; each "
        + "is scaled to its own largest.",
      image: Pictures.grid(
        model.weights.columns(0..<count).transposed().elements, height: shape.height,
        width: shape.width, scale: .symmetricPerTile))
  }
}
