import ArgumentParser
import Joule

/// What `joule train dbm` alone has to know.
struct DBMSettings: KindSettings {
  var hidden: [Int]
  var pretraining: Pretraining
  var pretrainingEpochs: Int
  var pretrainingRate: Double
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
    case hidden, pretraining, chains, centering
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
        pretraining == .none
          ? "none"
          : "\(pretraining.rawValue), \(pretrainingEpochs) epochs a layer, rate "
            + format(shortest: pretrainingRate)
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
struct DBMOptions: KindOptions {
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
    try require(
      pretraining != DBMSettings.Pretraining.none
        || (pretrainingEpochs == nil && pretrainingRate == nil),
      "--pretraining none has no epochs and no rate: leave out --pretraining-epochs and "
        + "--pretraining-rate")
  }

  func settings(columns: Int) throws -> DBMSettings {
    let settings = DBMSettings(
      hidden: hidden?.counts ?? [500, 1000], pretraining: pretraining ?? .doubled,
      pretrainingEpochs: pretrainingEpochs ?? 20, pretrainingRate: pretrainingRate ?? 0.05,
      gibbsSteps: gibbsSteps ?? 5, chains: chains ?? 100, centering: centering ?? true,
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
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
      ("--inference-rounds", inferenceRounds.map { "\($0)" }, "\(stored.inferenceRounds)"),
    ]
  }
}
