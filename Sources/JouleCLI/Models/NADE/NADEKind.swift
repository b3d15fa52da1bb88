import ArgumentParser
import Joule

/// Neural autoregressive distribution estimators.
struct NADEKind: NormalizedKind {
  typealias Model = NADE<Float>

  static let title = "a neural autoregressive distribution estimator"
  static let values = VariableValues.unit

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("hidden", model.hiddenCount)]
  }
}

extension NADEKind: TrainableKind {
  typealias Settings = NADESettings
  typealias Options = NADEOptions
  typealias Monitor = LikelihoodMonitor<NADEKind>

  static let help = (
    abstract: "Trains a neural autoregressive distribution estimator of binary variables.",
    discussion: """
    Its likelihood is exact, and so are its gradients and its samples. The learning rate should have fallen \
    when the likelihood of --validation rows stops rising: choose --epochs by it.

    joule train nade --data train.npy --validation valid.npy --output run
    joule evaluate run/model.safetensors --data test.npy
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 15, optimizer: .adam, adamRate: 0.005, schedule: .exponential, weightDecay: 0)

  static func initialModel(
    _ configuration: RunConfiguration<NADESettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let key = configuration.key
    var stream = RandomStream(key: key.folded("variables"))
    let order =
      configuration.own.order == .random
      ? stream.permutation(count: data.columnCount) : nil
    return Model(
      visibleMeans: statistics.smoothedMeans, hiddenCount: configuration.own.hidden, order: order,
      using: key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<NADESettings>
  ) -> any GradientEstimator<Model> {
    MaximumLikelihood<Model>()
  }

  var caption: (kind: String, architecture: String) {
    ("NADE", "\(model.variableCount)-\(model.hiddenCount)")
  }

  var sentence: String {
    "A neural autoregressive distribution estimator of \(model.variableCount) variables and "
      + "\(model.hiddenCount) hidden units"
  }

  /// The weights into the first hidden units, each scaled to its own largest.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let count = min(100, model.hiddenCount)
    return .init(
      title: "Filters",
      explanation:
        "The weights into hidden units: white turns a unit on, black turns it off; each is "
        + "scaled to its own largest.",
      image: Pictures.grid(
        model.weights.columns(0..<count).transposed().elements, height: shape.height,
        width: shape.width, scale: .symmetricPerTile))
  }
}

/// What `joule train nade` alone has to know.
struct NADESettings: KindSettings {
  var hidden: Int
  var order: Order

  enum Order: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case columns, random
  }

  var summary: [(String, String)] {
    [
      ("Hidden units", String(hidden)),
      ("Order of the variables", order == .columns ? "that of the columns" : "random"),
    ]
  }
}

/// The options of `joule train nade` that other kinds of model do not have.
struct NADEOptions: ColumnwiseOptions {
  @Option(parsing: .unconditional, help: "Hidden units. (default: 500)")
  var hidden: Int?
  @Option(help: "The order in which variables are predicted. (default: columns)")
  var order: NADESettings.Order?

  func checkGivenValues() throws { try OptionChecks.positive([("--hidden", hidden)]) }

  func settings(columns: Int) throws -> NADESettings {
    let settings = NADESettings(hidden: hidden ?? 500, order: order ?? .columns)
    let parameters = settings.hidden.multipliedReportingOverflow(by: columns)
    try require(
      !parameters.overflow && parameters.partialValue <= 1_000_000_000,
      "\(settings.hidden) hidden units and \(columns) variables need more than 2,000,000,000 weights: "
        + "take fewer hidden units")
    return settings
  }

  func comparison(with stored: NADESettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden.map { "\($0)" }, "\(stored.hidden)"),
      ("--order", order?.rawValue, stored.order.rawValue),
    ]
  }
}
