import Joule

/// Deep Boltzmann machines of any units.
struct DeepMachineKind: DeepBoltzmannKind {
  static let title = "a deep Boltzmann machine of any units"
  static let name = "deep_boltzmann_machine"
  static let values = VariableValues.real
  static let allowsMissing = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var takesSteps: Bool { model.machine.layers[0].takesSteps }

  func check(_ data: LoadedData, allowingMissing: Bool) throws {
    try model.machine.layers[0].check(data, allowingMissing: allowingMissing)
  }
}

extension DeepMachineKind: TrainableKind {
  typealias Settings = WithEstimator<DeepMachineSettings>
  typealias Options = DeepMachineOptions
  typealias Monitor = DBMMonitor

  static let help = (
    abstract: "Trains a deep Boltzmann machine of any units: numbers, categories, bits, mixed.",
    discussion: """
    The units of the data are named by --units or guessed by column, as joule train boltzmann-machine does. All layers \
    are trained together from small random weights, by mean field for the data and by chains for the model. NaN stands \
    for a missing value, which Gibbs steps of all layers fill in anew at every update. For bits alone joule train dbm can \
    pretrain them.

    joule train deep-boltzmann-machine --data table.csv --hidden 50,20 --output run
    joule train deep-boltzmann-machine --data family.fasta --hidden 100,20 --hidden-units spin --method pt --output run
    """
  )

  static let defaults = TrainingDefaults(epochs: 100, standardize: true, sgdRate: 0.01)

  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws {
    try configuration.own.model.layers[0].check(data, allowingMissing: true)
  }

  static func coding(
    _ configuration: RunConfiguration<Settings>, of data: LoadedData
  ) -> Standardization? {
    guard let layer = try? configuration.own.model.layers[0] else { return nil }
    return layer.coding(of: data.dataset, standardizes: configuration.common.standardize ?? true)
  }

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    Model(
      BoltzmannMachine(
        layers: try configuration.own.model.layers, statistics: statistics,
        weightScale: Float(configuration.own.model.weightScale),
        using: configuration.key.folded("machine")),
      inferenceRounds: configuration.own.model.inferenceRounds)
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    func filling(_ base: some GradientEstimator<Model>) -> any GradientEstimator<Model> {
      Imputed(base)
    }
    return filling(
      try inferring(
        configuration.own.estimator, learningRate: configuration.common.learningRate))
  }

  var fault: String? { model.machine.normalizationFault }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> DBMMonitor {
    DBMMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static let headlines = DBMKind.headlines
  static let curves = DBMKind.curves

  var caption: (kind: String, architecture: String) {
    ("DBM", model.machine.layers.map(\.text).joined(separator: " to "))
  }

  var sentence: String {
    "A deep Boltzmann machine of \(model.machine.layers[0].text) visible units and "
      + "\(model.machine.layers.count - 1) hidden layers"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation: "Drawn by 1,000 Gibbs steps of all layers from training rows."
  )
}
