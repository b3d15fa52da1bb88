import Joule

/// Autoencoders: their energy is what the pixels of a row cost once its code is known. It is no density of rows, and
/// nothing is drawn from it.
struct AutoencoderKind: ModelKind {
  typealias Model = Autoencoder<Float>

  static let title = "an autoencoder of logistic units"
  static let values = VariableValues.unit
  static let canDraw = false

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.variableCount)]
      + model.hiddenCounts.enumerated().map { ("hidden \($0 + 1)", $1) }
  }

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    if case .exact = request.method {
      throw Failure("--exact: an autoencoder has no density of rows to normalise")
    }
    let energies = energies(of: request.rows, key: request.key, on: request.workers)
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(logPartition: nil, energies: energies)
  }

  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    throw Failure("an autoencoder draws no rows")
  }
}

extension AutoencoderKind: FeatureKind {
  /// The last layer is the code.
  var hiddenLayers: [Int] { model.hiddenCounts }

  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    model.hiddenUnits(of: rows, layer: layer)
  }
}

extension AutoencoderKind: TrainableKind {
  typealias Settings = AutoencoderSettings
  typealias Options = AutoencoderOptions
  typealias Monitor = CopyMonitor

  static let help = (
    abstract: "Trains an autoencoder, from a stack of machines if there is one.",
    discussion: """
    With --from the layers begin as machines that were trained one on the features of the other ('joule \
    features'), unrolled: down to the code and up again. 'joule features' then writes codes, the last layer's units.

    joule train autoencoder --data train-images-idx3-ubyte.gz --from \
    one/model.safetensors,two/model.safetensors --output run
    joule features run/model.safetensors --data t10k-images-idx3-ubyte.gz --layer 2 --output codes.npy
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 30, optimizer: .adam, sgdRate: 0.01, adamRate: 0.001, schedule: .linear, weightDecay: 0)

  static func initialModel(
    _ configuration: RunConfiguration<AutoencoderSettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    let own = configuration.own
    guard
      let stack = try MachineStack.layers(
        of: own.from, columns: configuration.common.data.columns, hidden: own.hidden)
    else {
      return Model(
        inputCount: configuration.common.data.columns, hidden: own.hidden,
        using: configuration.key.folded("network"))
    }
    return Model(unrolling: stack.map { ($0.weights, $0.bias, $0.biasBelow) })
  }

  static func estimator(
    _ configuration: RunConfiguration<AutoencoderSettings>
  ) -> any GradientEstimator<Model> { MeanEnergy<Model>() }

  static func monitor(
    _ configuration: RunConfiguration<AutoencoderSettings>, training: ModelRows,
    validation: ModelRows?, on workers: Workers
  ) -> CopyMonitor {
    CopyMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static let headlines = [
    Headline(label: "squared error", name: "squared_error", digits: 3),
    Headline(label: "mean energy", name: "mean_energy", digits: 2),
  ]

  static let curves = [
    ScoreCurves(
      title: "Squared error", explanation: "Of a row and its copy, summed over the pixels.",
      unit: "a row",
      series: [("training", "squared_error"), ("validation", "validation_squared_error")]),
    ScoreCurves(
      title: "Energy", explanation: "What the pixels of a row cost once its code is known.",
      unit: "nats a row",
      series: [("training", "mean_energy"), ("validation", "validation_mean_energy")]),
  ]

  var caption: (kind: String, architecture: String) {
    ("Autoencoder", model.sizes.map(String.init).joined(separator: "-"))
  }

  var sentence: String {
    "An autoencoder of \(caption.architecture) units, all of them logistic, and the same way back"
  }

  static let samples = (steps: 0, areMeans: false, explanation: "")
}

/// How well an autoencoder copies a fixed sample of rows, while it trains.
struct CopyMonitor: ScoreMonitor {
  typealias Model = Autoencoder<Float>

  private let training: Tensor<Float>
  private let validation: Tensor<Float>?

  init(training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers) {
    func rows(_ rows: ModelRows, _ name: String) -> Tensor<Float> {
      let sample = rows.sampled(key: key.folded(name))
      return sample.dataset.batch(
        0..<sample.dataset.rowCount, binarization: sample.binarization,
        using: ChainRandom(key: key.folded(name)))
    }
    self.training = rows(training, "training")
    self.validation = validation.map { rows($0, "validation") }
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    var named: [String: Double] = [:]
    for (prefix, rows) in [("", training), ("validation_", validation)] {
      guard let rows else { continue }
      let copies = run.model.reconstruction(of: rows)
      named[prefix + "squared_error"] =
        Tensor<Double>((copies - rows).squared()).sum() / Double(rows.shape[0])
      named[prefix + "mean_energy"] = Tensor<Double>(run.model.energy(of: rows)).mean()
    }
    return named
  }
}
