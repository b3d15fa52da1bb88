import ArgumentParser
import Joule

/// What `joule train dbm` alone has to know.
struct DBMSettings: KindSettings {
  var hidden: [Int]
  var pretraining: Pretraining
  var pretrainingEpochs: Int
  var pretrainingRate: Double
  /// The file of the machine that the two lowest layers begin as; nil where it is trained first.
  var bottom: String?
  /// The standard deviation of the weights that nothing trained before.
  var upperScale: Double
  var gibbsSteps: Int
  var chains: Int
  var centering: Bool
  var inferenceRounds: Int

  enum Pretraining: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    /// All layers, the first and the last with one of theirs doubled.
    case doubled
    /// The first layer, as a restricted Boltzmann machine that the deep one begins as.
    case bottom
    case none
  }

  enum CodingKeys: String, CodingKey {
    case hidden, pretraining, bottom, chains, centering
    case upperScale = "upper_scale"
    case pretrainingEpochs = "pretraining_epochs"
    case pretrainingRate = "pretraining_rate"
    case gibbsSteps = "gibbs_steps"
    case inferenceRounds = "inference_rounds"
  }

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
        "\(inferenceRounds) round(s) of mean field, \(chains) chains, \(gibbsSteps) step(s) an update"
      ),
      ("Centring", centering ? "on" : "off"),
    ]
  }
}

/// The options of `joule train dbm` that other kinds of model do not have.
struct DBMOptions: ColumnwiseOptions {
  @Option(help: "Hidden units of every layer, from the data up. (default: 500,1000)")
  var hidden: LayerSizes?
  @Option(
    help: ArgumentHelp(
      "What is trained before all layers are: every layer by itself, the first and the last with one of "
        + "their layers doubled; the bottom one alone, which the machine then begins as; or none. "
        + "(default: doubled)"))
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
  @Option(parsing: .unconditional, help: "Gibbs steps an update. (default: 5)")
  var gibbsSteps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 100)")
  var chains: Int?
  @Flag(inversion: .prefixedNo, help: "Centred gradients. (default: on)")
  var centering: Bool?
  @Option(
    parsing: .unconditional, help: "Rounds of mean-field updates for each batch. (default: 5)")
  var inferenceRounds: Int?

  func checkGivenValues() throws {
    try OptionChecks.positive([
      ("--pretraining-epochs", pretrainingEpochs), ("--gibbs-steps", gibbsSteps),
      ("--chains", chains), ("--inference-rounds", inferenceRounds),
    ])
    try OptionChecks.positive("--pretraining-rate", pretrainingRate)
    try OptionChecks.positive("--upper-scale", upperScale)
    try require(
      bottom == nil || (pretraining ?? .bottom) == .bottom,
      "--bottom is --pretraining bottom, done before: leave --pretraining out")
    try require(
      (pretraining != DBMSettings.Pretraining.none && bottom == nil)
        || (pretrainingEpochs == nil && pretrainingRate == nil),
      "\(bottom == nil ? "--pretraining none" : "--bottom") has no epochs and no rate: leave out "
        + "--pretraining-epochs and --pretraining-rate")
  }

  func settings(columns: Int) throws -> DBMSettings {
    let settings = DBMSettings(
      hidden: hidden?.counts ?? [500, 1000],
      pretraining: pretraining ?? (bottom == nil ? .doubled : .bottom),
      pretrainingEpochs: pretrainingEpochs ?? 20, pretrainingRate: pretrainingRate ?? 0.05,
      bottom: bottom, upperScale: upperScale ?? 0.01, gibbsSteps: gibbsSteps ?? 5,
      chains: chains ?? 100, centering: centering ?? true,
      inferenceRounds: inferenceRounds ?? 5)
    try LayerSizes.requireRoom(for: [columns] + settings.hidden)
    return settings
  }

  func comparison(with stored: DBMSettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--pretraining", pretraining?.rawValue, stored.pretraining.rawValue),
      ("--pretraining-epochs", pretrainingEpochs.map { "\($0)" }, "\(stored.pretrainingEpochs)"),
      ("--pretraining-rate", pretrainingRate.map { "\($0)" }, "\(stored.pretrainingRate)"),
      ("--bottom", bottom, stored.bottom ?? "none"),
      ("--upper-scale", upperScale.map { "\($0)" }, "\(stored.upperScale)"),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
      ("--inference-rounds", inferenceRounds.map { "\($0)" }, "\(stored.inferenceRounds)"),
    ]
  }
}
