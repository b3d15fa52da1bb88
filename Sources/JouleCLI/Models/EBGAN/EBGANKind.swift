import ArgumentParser
import Joule

/// Energy-based generative adversarial networks.
struct EBGANKind: ModelKind {
  typealias Model = EBGAN<Float>

  static let title = "an energy-based generative adversarial network"
  static let values = VariableValues.real
  static let energyScale = EnergyScale.squaredError

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [
      ("variables", model.variableCount), ("code", model.architecture.codeCount),
      ("latents", model.latentCount),
    ]
  }

  /// The error in the model's units. It is no density, so the volume of a unit plays no part.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    var rows = rows
    rows.energyOffset = 0
    return rows.energies(model, key: key, on: workers)
  }

  /// Energies alone: an autoencoder's are no density.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    if case .exact = request.method {
      throw Failure(
        "--exact needs a log Z, and the energy of an autoencoder has none: leave it out for the energies"
      )
    }
    let energies = energies(
      of: request.rows, key: request.key.folded("rows"), on: request.workers)
    request.display.clear()
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(logPartition: nil, energies: energies)
  }

  /// Rows of the generator.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp needs a model whose variables are drawn one by one given the others: a generator "
        + "draws a row as a whole")
    return model.generate(count: request.count, using: ChainRandom(key: request.key))
  }
}

extension EBGANKind: TrainableKind {
  typealias Settings = EBGANSettings
  typealias Options = EBGANOptions
  typealias Monitor = EBGANMonitor

  static let help = (
    abstract: "Trains an energy-based generative adversarial network (EBGAN) of real variables.",
    discussion: """
    Its energy is an autoencoder's mean squared error; a generator learns to draw rows of low energy, and the \
    energy is raised there up to the margin. Energies tell rows apart ('joule score'); they have no log Z. Columns \
    are standardized unless --no-standardize is given, and the margin is in those units.

    joule train ebgan --data moons.npy --output run
    joule sample run/model.safetensors --count 1000 --output samples.npy
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 30, batchSize: 100, standardize: true, optimizer: .adam, sgdRate: 0.001,
    adamRate: 0.001, schedule: .linear, weightDecay: 0)

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let own = configuration.own
    return Model(
      EBGANArchitecture(
        variableCount: data.columnCount, hiddenCounts: own.hidden, codeCount: own.code,
        latentCount: own.latents, generatorCounts: own.generator),
      using: configuration.key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) -> any GradientEstimator<Model> {
    AdversarialContrast<Model>(
      margin: Float(configuration.own.margin), pullingAway: Float(configuration.own.pullingAway))
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> EBGANMonitor {
    let key = configuration.key.folded("probe")
    return EBGANMonitor(
      training: training.sampled(key: key.folded("training")),
      validation: validation?.sampled(key: key.folded("validation")), key: key, workers: workers)
  }

  static let headlines = [
    Headline(label: "energy of the data", name: "mean_energy", digits: 4),
    Headline(label: "of generated rows", name: "generated_energy", digits: 4),
  ]

  static let curves = [
    ScoreCurves(
      title: "Energies",
      explanation:
        "Mean energies of data and of generated rows: where the two meet, the generator draws what the "
        + "energy takes for data.",
      unit: "mean squared error",
      series: [
        ("training", "mean_energy"), ("validation", "validation_mean_energy"),
        ("generated", "generated_energy"),
      ])
  ]

  var caption: (kind: String, architecture: String) {
    (
      "EBGAN", "\(model.variableCount) by way of \(model.architecture.codeCount)"
    )
  }

  var sentence: String {
    "An autoencoder of \(model.variableCount) variables with a code of "
      + "\(model.architecture.codeCount), and a generator from \(model.latentCount) latents"
  }

  static let samples = (
    steps: 0, areMeans: false, explanation: "Drawn by the generator."
  )
}

/// Mean energies of fixed rows and of generated ones.
struct EBGANMonitor: ScoreMonitor {
  typealias Model = EBGAN<Float>

  let training: ModelRows
  let validation: ModelRows?
  let key: RandomKey
  let workers: Workers

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let model = run.model
    func mean(_ rows: ModelRows) -> Double {
      MeanEstimate(of: EBGANKind(model).energies(of: rows, key: key, on: workers)).mean
    }
    let generated = model.generate(
      count: 500, using: ChainRandom(key: key.folded("generated"), step: run.step))
    var scores = [
      "mean_energy": mean(training), "generated_energy": Double(model.energy(of: generated).mean()),
    ]
    scores["validation_mean_energy"] = validation.map(mean)
    return scores
  }
}
