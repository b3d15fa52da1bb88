import ArgumentParser
import Joule

/// What `joule train dbm` alone has to know.
struct DBMSettings: EstimatedSettings {
  var hidden: [Int]
  var pretraining: Pretraining
  var pretrainingEpochs: Int
  var pretrainingRate: Double
  /// The file of the machine that the two lowest layers begin as; nil where it is trained first.
  var bottom: String?
  /// The standard deviation of the weights that nothing trained before.
  var upperScale: Double
  var inferenceRounds: Int
  /// What all layers together learn; nil in settings of runs that knew one objective only.
  var objective: Objective?

  enum Objective: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    /// The likelihood: mean field for the data, persistent chains for the model.
    case likelihood
    /// To predict hidden pixels from the others.
    case multiPrediction = "multi-prediction"
  }

  var isPredicting: Bool { objective == .multiPrediction }

  enum Pretraining: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    /// All layers, the first and the last with one of theirs doubled.
    case doubled
    /// The first layer, as a restricted Boltzmann machine that the deep one begins as.
    case bottom
    case none
  }

  enum CodingKeys: String, CodingKey {
    case hidden, pretraining, bottom, objective
    case upperScale = "upper_scale"
    case pretrainingEpochs = "pretraining_epochs"
    case pretrainingRate = "pretraining_rate"
    case inferenceRounds = "inference_rounds"
  }

  /// The chains are those of joint training; their steps, number and centring serve pretraining too.
  var isEstimated: Bool { !isPredicting || pretraining != .none }

  var summary: [(String, String)] {
    [
      ("Hidden units", LayerSizes(hidden).text),
      (
        "Pretraining",
        bottom.map { "the bottom layer is \($0)" }
          ?? (pretraining == .none
            ? "none"
            : "\(pretraining.rawValue), \(pretrainingEpochs) epochs a layer, rate "
              + format(shortest: pretrainingRate))
      ),
      (
        "Joint training",
        isPredicting
          ? "multi-prediction through \(inferenceRounds) round(s) of mean field"
          : "\(inferenceRounds) round(s) of mean field for the data"
      ),
    ]
  }
}

/// The options of `joule train dbm` that other kinds of model do not have.
struct DBMOptions: ColumnwiseOptions {
  @Option(help: "Hidden units of every layer, from the data up. (default: 500,1000)")
  var hidden: LayerSizes?
  @Option(
    help: ArgumentHelp(
      "What all layers together learn: likelihood, by persistent chains; or multi-prediction, to predict hidden "
        + "pixels from the others by mean field, without chains. (default: likelihood)"))
  var objective: DBMSettings.Objective?
  @Option(
    help: ArgumentHelp(
      "What is trained before all layers are: every layer by itself, the first and the last with one of "
        + "their layers doubled; the bottom one alone, which the machine then begins as; or none. "
        + "(default: doubled; none for multi-prediction)"))
  var pretraining: DBMSettings.Pretraining?
  @Option(parsing: .unconditional, help: "Epochs of pretraining, a layer. (default: 20)")
  var pretrainingEpochs: Int?
  @Option(
    parsing: .unconditional,
    help: "The learning rate of pretraining at its start. (default: 0.05)")
  var pretrainingRate: Double?
  @Option(
    help: "A trained 'rbm' that the two lowest layers begin as: --pretraining bottom, done before.")
  var bottom: String?
  @Option(
    parsing: .unconditional,
    help: "The standard deviation of weights that nothing trained before. (default: 0.01)")
  var upperScale: Double?
  @Option(
    parsing: .unconditional, help: "Rounds of mean-field updates for each batch. (default: 5)")
  var inferenceRounds: Int?
  @OptionGroup
  var estimator: EstimatorOptions

  func checkGivenValues() throws {
    try OptionChecks.positive([
      ("--pretraining-epochs", pretrainingEpochs), ("--inference-rounds", inferenceRounds),
    ])
    try estimator.checkGivenValues()
    try estimator.requireForAnyUnits()
    try OptionChecks.positive("--pretraining-rate", pretrainingRate)
    try OptionChecks.positive("--upper-scale", upperScale)
    try checkObjective()
    try require(
      bottom == nil || (pretraining ?? .bottom) == .bottom,
      "--bottom is --pretraining bottom, done before: leave --pretraining out")
    try require(
      (pretraining ?? restingPretraining != DBMSettings.Pretraining.none && bottom == nil)
        || (pretrainingEpochs == nil && pretrainingRate == nil),
      "\(bottom == nil ? "--pretraining none" : "--bottom") has no epochs and no rate: leave out "
        + "--pretraining-epochs and --pretraining-rate")
  }

  /// Whether layers are pretrained where nothing is said.
  private var restingPretraining: DBMSettings.Pretraining {
    if bottom != nil { return .bottom }
    return objective == .multiPrediction ? .none : .doubled
  }

  private func checkObjective() throws {
    guard objective == .multiPrediction, (pretraining ?? restingPretraining) == .none else {
      return
    }
    try require(
      !estimator.isGiven,
      "--objective multi-prediction has no chains: leave out --method, --gibbs-steps, --chains, --centering and "
        + "whatever else is theirs")
  }

  func settings(columns: Int) throws -> WithEstimator<DBMSettings> {
    let settings = DBMSettings(
      hidden: hidden?.counts ?? [500, 1000],
      pretraining: pretraining ?? restingPretraining,
      pretrainingEpochs: pretrainingEpochs ?? 20, pretrainingRate: pretrainingRate ?? 0.05,
      bottom: bottom, upperScale: upperScale ?? 0.01,
      inferenceRounds: inferenceRounds ?? 5, objective: objective ?? .likelihood)
    try LayerSizes.requireRoom(for: [columns] + settings.hidden)
    return WithEstimator(settings, try estimator.settings(steps: 5))
  }

  func comparison(with stored: WithEstimator<DBMSettings>) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.model.hidden).text),
      (
        "--objective", objective?.rawValue,
        (stored.model.objective ?? DBMSettings.Objective.likelihood).rawValue
      ),
      ("--pretraining", pretraining?.rawValue, stored.model.pretraining.rawValue),
      (
        "--pretraining-epochs", pretrainingEpochs.map { "\($0)" },
        "\(stored.model.pretrainingEpochs)"
      ),
      ("--pretraining-rate", pretrainingRate.map { "\($0)" }, "\(stored.model.pretrainingRate)"),
      ("--bottom", bottom, stored.model.bottom ?? "none"),
      ("--upper-scale", upperScale.map { "\($0)" }, "\(stored.model.upperScale)"),
      ("--inference-rounds", inferenceRounds.map { "\($0)" }, "\(stored.model.inferenceRounds)"),
    ] + estimator.comparison(with: stored.estimator)
  }
}
