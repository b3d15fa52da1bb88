import Joule

extension EnergyKind: TrainableKind {
  typealias Settings = EnergySettings
  typealias Options = EnergyOptions
  typealias Monitor = EnergyMonitor<EnergyKind>

  static let help = (
    abstract: "Trains a neural energy of real variables.",
    discussion: """
    Columns are standardized unless --no-standardize is given; step sizes and noise are in those units. For \
    one or two variables the scores are exact, by a grid, and the report shows the energy.

    joule train energy --data moons.csv --architecture mlp:128x3 --estimator pcd --output run
    joule train energy --data moons.csv --estimator dsm --noise 0.15 --output run
    joule train energy --data moons.csv --estimator grid --output run
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 100, batchSize: 200, standardize: true, optimizer: .adam, sgdRate: 0.001,
    adamRate: 0.001, schedule: .linear, weightDecay: 0)

  static let watchesChains = true

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    let strength = Float(configuration.own.confinement)
    return try network(
      configuration,
      confinement: strength > 0 ? Confinement(strength: strength, center: statistics.means) : nil)
  }

  /// Refuses networks that do not fit the data, and methods that do not fit the options.
  static func check(_ configuration: RunConfiguration<Settings>) throws {
    _ = try network(configuration, confinement: nil)
    if configuration.own.estimator == .grid {
      let columns = configuration.common.data.columns
      try require(
        columns <= 2,
        "--estimator grid sums over a grid, of one or two variables, and the data have \(columns) columns: take pcd"
      )
    } else {
      _ = try estimator(configuration)
    }
  }

  /// Rows outside of the grid would fall without end: nothing there says that all probabilities sum to one.
  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws {
    guard let box = configuration.own.box else { return }
    let coding = coding(configuration, of: data)
    let dataset = coding?.standardized(data.dataset) ?? data.dataset
    let rows: Tensor<Float> = dataset.batch(0..<dataset.rowCount)
    let distances = rows.abs()
    if let place = distances.elements.firstIndex(where: { Double($0) > box }) {
      let width = rows.shape[1]
      throw Failure(
        "\(data.path): row \(place / width + 1), column \(place % width + 1) is \(rows.elements[place])"
          + (coding == nil ? "" : " standard deviations from the mean")
          + ", outside of the grid from \(format(shortest: -box)) to \(format(shortest: box)): give a wider --box"
      )
    }
  }

  private static func network(
    _ configuration: RunConfiguration<Settings>, confinement: Confinement<Float>?
  ) throws -> Model {
    try configuration.network {
      try Model(
        $0, inputShape: $1, confinement: confinement, using: configuration.key.folded("machine"))
    }
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own
    switch own.estimator {
    case .cd, .pcd: return try contrast(configuration)
    case .klCD:
      return KLCorrectedContrastiveDivergence<Model>(steps: own.steps, stepSize: own.stepSize)
    case .sm: return ScoreMatching<Model>()
    case .ssm: return SlicedScoreMatching<Model>()
    case .dsm: return DenoisingScoreMatching<Model>(noise: own.noise)
    case .grid:
      return GridGradient<Model>(
        on: Grid(
          variableCount: configuration.common.data.columns,
          over: -(own.box ?? 0)...(own.box ?? 0), count: own.cells ?? 0))
    case .ncsm: throw Failure("--estimator ncsm makes a model that is told the noise")
    case .nce:
      try require(
        configuration.common.standardize == true,
        "--estimator nce tells the data from standard normal noise, which has to be as wide as they "
          + "are: leave out --no-standardize")
      return NoiseContrastiveEstimation<Model, NormalDistribution<Float>>(
        noise: try standardNormal(configuration))
    }
  }

  private static func standardNormal(
    _ configuration: RunConfiguration<Settings>
  ) throws -> NormalDistribution<Float> {
    let columns = configuration.common.data.columns
    return try NormalDistribution(
      mean: Tensor(zeros: [columns]), covariance: Tensor.identity(columns))
  }

  private static func contrast(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    let stepSize = configuration.own.stepSize
    switch configuration.own.sampler {
    case .langevin:
      return try contrast(configuration) { UnadjustedLangevin($0, stepSize: stepSize) }
    case .mala:
      return try contrast(configuration) { MetropolisAdjustedLangevin($0, stepSize: stepSize) }
    case .hmc:
      return try contrast(configuration) {
        HamiltonianMonteCarlo($0, stepSize: stepSize, steps: 5, jitter: 0.2)
      }
    }
  }

  private static func contrast<Base: TransitionKernel>(
    _ configuration: RunConfiguration<Settings>, _ kernel: @escaping @Sendable (Model) -> Base
  ) throws -> any GradientEstimator<Model> where Base.Scalar == Float {
    let own = configuration.own
    let complete: @Sendable (Model) -> RowCompleting<Base, Model> = {
      RowCompleting(kernel($0), for: $0)
    }
    if own.estimator == .cd {
      return regularized(ContrastiveDivergence(steps: own.steps, kernel: complete), own)
    }
    return regularized(
      PersistentContrastiveDivergence(
        steps: own.steps, chains: own.chains, groups: own.groups ?? 1,
        restarts: try restarts(configuration), kernel: complete), own)
  }

  private static func restarts(
    _ configuration: RunConfiguration<Settings>
  ) throws -> ChainRestarts<Float> {
    let own = configuration.own
    guard own.start == .noise else { return .data(rate: own.restarts) }
    if configuration.common.standardize == true {
      return .noise(try standardNormal(configuration), rate: own.restarts, beginning: true)
    }
    let columns = configuration.common.data.columns
    let box = UniformBox<Float>(
      lower: Tensor(zeros: [columns]), upper: Tensor([columns], repeating: 1))
    return .noise(box, rate: own.restarts, beginning: true)
  }

  private static func regularized<Base: TermEstimator>(
    _ base: Base, _ own: Settings
  ) -> any GradientEstimator<Model> where Base.Model == Model {
    own.energyPenalty > 0
      ? noisy(EnergyRegularized(base, weight: own.energyPenalty), own) : noisy(base, own)
  }

  private static func noisy<Base: GradientEstimator>(
    _ base: Base, _ own: Settings
  ) -> any GradientEstimator<Model> where Base.Model == Model {
    own.dataNoise > 0 ? DataNoise(base, scale: own.dataNoise) : base
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> Monitor {
    EnergyMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static let headlines = [
    Headline(label: "log-likelihood", name: "log_likelihood", digits: 3),
    Headline(label: "mean energy", name: "mean_energy", digits: 3),
    Headline(label: "energy gap of chains", name: "energy_gap", digits: 3),
  ]

  static let curves = [
    ScoreCurves(
      title: "Log-likelihood",
      explanation: "On a fixed sample of rows, Z summed over a grid; higher is better.",
      unit: "nats a row",
      series: [("training", "log_likelihood"), ("validation", "validation_log_likelihood")]),
    ScoreCurves(
      title: "Energies",
      explanation:
        "Mean energies, free up to a constant: validation rows are to stay close to training "
        + "rows.",
      unit: "nats a row",
      series: [
        ("training", "mean_energy"), ("validation", "validation_mean_energy"),
      ]),
    ScoreCurves(
      title: "Energy gap",
      explanation:
        "Mean energy of the chains less that of data: near zero where the chains sample the "
        + "model and the model is the data's; one that grows says that the chains have lost it.",
      unit: "nats", series: [("chains − data", "energy_gap")]),
    ScoreCurves(
      title: "R-hat of the chains",
      explanation:
        "Over the last epoch, the largest of all variables: far above 1 where chains stay "
        + "apart.",
      unit: "R-hat", series: [("chains", "chain_r_hat")]),
  ]

  var caption: (kind: String, architecture: String) {
    ("Energy", "\(model.architecture) of \(variableCount)")
  }

  var sentence: String {
    "A neural energy \(model.architecture) of \(variableCount) variables and "
      + "\(format(model.parameters.scalarCount)) parameters"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation:
      "Drawn by 1,000 steps of Langevin dynamics with a Metropolis test from training rows."
  )
}

/// Energies of fixed rows, and their exact likelihood where a grid can give it.
struct EnergyMonitor<Kind: NeuralEnergyKind>: ScoreMonitor where Kind.Model: ParametricEnergy {
  typealias Model = Kind.Model

  private let training: ModelRows
  private let validation: ModelRows?
  private let key: RandomKey
  private let workers: Workers

  init(training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers) {
    self.training = training.sampled(2000, key: key.folded("training"))
    self.validation = validation?.sampled(2000, key: key.folded("validation"))
    self.key = key
    self.workers = workers
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let model = run.trainedModel
    func mean(_ rows: ModelRows) -> Double {
      MeanEstimate(of: rows.energies(model, key: key, on: workers)).mean
    }
    var scores = ["mean_energy": mean(training)]
    scores["validation_mean_energy"] = validation.map(mean)
    if let logPartition = logPartition(of: model) {
      scores["log_likelihood"] = -mean(training) - logPartition
      scores["validation_log_likelihood"] = validation.map { -mean($0) - logPartition }
    }
    return scores
  }

  /// By the same grid as the likelihood of a file; nil for more variables than it can have.
  private func logPartition(of model: Model) -> Double? {
    guard model.variableCount <= 2 else { return nil }
    let request = LikelihoodRequest(
      rows: training, key: key, workers: workers, display: ProgressDisplay("", isQuiet: true))
    return try? Kind(model).likelihood(request).logPartition?.estimate
  }
}
