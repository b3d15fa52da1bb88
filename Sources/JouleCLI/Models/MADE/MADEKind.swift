import ArgumentParser
import Joule

/// Masked autoencoders.
struct MADEKind: NormalizedKind {
  typealias Model = MADE<Float>

  static let title = "a masked autoencoder of binary variables"
  static let values = VariableValues.unit

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount)]
      + model.hiddenCounts.enumerated().map { ("hidden layer \($0 + 1)", $1) }
      + [("masks", model.masks.count)]
  }
}

extension MADEKind: TrainableKind {
  typealias Settings = MADESettings
  typealias Options = MADEOptions
  typealias Monitor = LikelihoodMonitor<MADEKind>

  static let help = (
    abstract: "Trains a masked autoencoder of binary variables (MADE).",
    discussion: """
    Its likelihood is exact, and so are its gradients and its samples. The learning rate should have fallen \
    when the likelihood of --validation rows stops rising: choose --epochs by it.

    joule train made --data train.npy --validation valid.npy --output run
    joule evaluate run/model.safetensors --data test.npy
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 15, optimizer: .adam, adamRate: 0.001, schedule: .linear, weightDecay: 0)

  static func initialModel(
    _ configuration: RunConfiguration<MADESettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let (own, key) = (configuration.own, configuration.key)
    let masks = (0..<own.masks).map { number in
      let key = key.folded("mask").folded(UInt64(number))
      var stream = RandomStream(key: key.folded("order"))
      let order =
        own.order == .random
        ? stream.permutation(count: data.columnCount) : Array(0..<data.columnCount)
      return AutoregressiveMask(
        order: order, hiddenCounts: own.hidden, using: key.folded("degrees"))
    }
    return Model(
      visibleMeans: statistics.smoothedMeans, masks: masks, using: key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<MADESettings>
  ) -> any GradientEstimator<Model> {
    MaximumLikelihood<Model>()
  }

  var caption: (kind: String, architecture: String) {
    ("MADE", ([model.variableCount] + model.hiddenCounts).map(String.init).joined(separator: "-"))
  }

  var sentence: String {
    "A masked autoencoder of \(model.variableCount) variables with "
      + "\(model.hiddenCounts.map(String.init).joined(separator: " and ")) hidden units"
  }

  /// The weights into the first hidden units, each scaled to its own largest.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let weights = model.parameters["hidden.0.weights"]
    return .init(
      title: "Filters",
      explanation: "The weights into hidden units: white turns a unit on, black turns it off; each "
        + "is scaled to its own largest. What the mask hides of them plays no part.",
      image: Pictures.grid(
        weights.columns(0..<min(100, weights.shape[1])).transposed().elements,
        height: shape.height, width: shape.width, scale: .symmetricPerTile))
  }
}

/// What `joule train made` alone has to know.
struct MADESettings: KindSettings {
  var hidden: [Int]
  var masks: Int
  var order: Order

  enum Order: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case columns, random
  }

  var summary: [(String, String)] {
    [
      ("Hidden units", hidden.map(String.init).joined(separator: ", ")),
      ("Masks", String(masks)),
      ("Order of the variables", order == .columns ? "that of the columns" : "random"),
    ]
  }
}

/// The options of `joule train made` that other kinds of model do not have.
struct MADEOptions: ColumnwiseOptions {
  @Option(help: "Units of the hidden layers, such as 500 or 500,500. (default: 500)")
  var hidden: LayerSizes?
  @Option(
    parsing: .unconditional,
    help: "Masks whose networks share the weights and are mixed in equal parts. (default: 1)")
  var masks: Int?
  @Option(help: "The order in which variables are predicted. (default: columns)")
  var order: MADESettings.Order?

  func checkGivenValues() throws { try OptionChecks.positive([("--masks", masks)]) }

  func settings(columns: Int) throws -> MADESettings {
    let settings = MADESettings(
      hidden: hidden?.counts ?? [500], masks: masks ?? 1, order: order ?? .columns)
    try LayerSizes.requireRoom(
      for: [columns] + settings.hidden + [columns], times: settings.masks)
    return settings
  }

  func comparison(with stored: MADESettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--masks", masks.map { "\($0)" }, "\(stored.masks)"),
      ("--order", order?.rawValue, stored.order.rawValue),
    ]
  }
}
