import ArgumentParser
import Joule

/// Normalizing flows.
struct FlowKind: NormalizedKind {
  typealias Model = Flow<Float>

  static let title = "a normalizing flow of real variables"
  static let values = VariableValues.real

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("couplings", model.architecture.passing.count)]
  }
}

extension FlowKind: TrainableKind {
  typealias Settings = FlowSettings
  typealias Options = FlowOptions
  typealias Monitor = LikelihoodMonitor<FlowKind>

  static let help = (
    abstract: "Trains a normalizing flow of real variables (RealNVP, neural splines).",
    discussion: """
    Its likelihood is exact, and so are its gradients and its samples. Columns are standardised unless \
    --no-standardize is given.

    joule train flow --data moons.npy --output run
    joule sample run/model.safetensors --count 1000 --output samples.npy
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 50, batchSize: 128, standardize: true, optimizer: .adam, adamRate: 0.001,
    schedule: .linear, weightDecay: 0)

  static func initialModel(
    _ configuration: RunConfiguration<FlowSettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let (own, key) = (configuration.own, configuration.key)
    return Model(
      FlowArchitecture(
        transform: own.coupling == .affine
          ? .affine : .spline(bins: own.bins, bound: own.bound),
        couplingCount: own.couplings, variableCount: data.columnCount, hiddenCounts: own.hidden,
        using: key.folded("variables")), using: key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<FlowSettings>
  ) -> any GradientEstimator<Model> {
    MaximumLikelihood<Model>()
  }

  var caption: (kind: String, architecture: String) {
    ("Flow", "\(model.variableCount), \(model.architecture.passing.count) couplings")
  }

  var sentence: String {
    "A normalizing flow of \(model.variableCount) variables and "
      + "\(model.architecture.passing.count) couplings"
  }
}

/// What `joule train flow` alone has to know.
struct FlowSettings: KindSettings {
  var coupling: Coupling
  var couplings: Int
  var hidden: [Int]
  var bins: Int
  var bound: Double

  enum Coupling: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case affine, spline
  }

  var summary: [(String, String)] {
    [
      (
        "Couplings",
        coupling == .affine
          ? "\(couplings), affine" : "\(couplings), splines of \(bins) bins on ±\(bound)"
      ),
      ("Hidden units", hidden.map(String.init).joined(separator: ", ")),
    ]
  }
}

/// The options of `joule train flow` that other kinds of model do not have.
struct FlowOptions: ColumnwiseOptions {
  @Option(help: "How a variable is changed given others. (default: spline)")
  var coupling: FlowSettings.Coupling?
  @Option(parsing: .unconditional, help: "Couplings in a row. (default: 6)")
  var couplings: Int?
  @Option(help: "Units of the hidden layers of every coupling's network. (default: 64,64)")
  var hidden: LayerSizes?
  @Option(parsing: .unconditional, help: "Bins of a spline. (default: 8)")
  var bins: Int?
  @Option(
    parsing: .unconditional, help: "Splines end at this distance from zero. (default: 5)")
  var bound: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--couplings", couplings), ("--bins", bins)])
    try OptionChecks.positive("--bound", bound)
    if let bins { try require(bins < 1000, "--bins must be below 1000, got \(bins)") }
  }

  func settings(columns: Int) throws -> FlowSettings {
    try require(
      columns >= 2,
      "a flow needs at least 2 columns, of which one is changed given the other: got \(columns)")
    let settings = FlowSettings(
      coupling: coupling ?? .spline, couplings: couplings ?? 6, hidden: hidden?.counts ?? [64, 64],
      bins: bins ?? 8, bound: bound ?? 5)
    let outputs = settings.coupling == .affine ? 2 * columns : 3 * settings.bins * columns
    try LayerSizes.requireRoom(
      for: [columns] + settings.hidden + [outputs], times: settings.couplings)
    return settings
  }

  func comparison(with stored: FlowSettings) -> [(String, String?, String)] {
    [
      ("--coupling", coupling?.rawValue, stored.coupling.rawValue),
      ("--couplings", couplings.map { "\($0)" }, "\(stored.couplings)"),
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--bins", bins.map { "\($0)" }, "\(stored.bins)"),
      ("--bound", bound.map { "\($0)" }, "\(stored.bound)"),
    ]
  }
}
