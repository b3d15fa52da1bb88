import ArgumentParser
import Joule

/// What `joule train dbn` alone has to know.
struct DBNSettings: KindSettings {
  var hidden: [Int]
  var pretrainingEpochs: Int
  var pretrainingRate: Double
  var gibbsSteps: Int
  var chains: Int
  var centering: Bool

  enum CodingKeys: String, CodingKey {
    case hidden, chains, centering
    case pretrainingEpochs = "pretraining_epochs"
    case pretrainingRate = "pretraining_rate"
    case gibbsSteps = "gibbs_steps"
  }

  var summary: [(String, String)] {
    [
      ("Hidden units", LayerSizes(hidden).text),
      (
        "Pretraining",
        "\(pretrainingEpochs) epochs a layer, rate \(format(shortest: pretrainingRate)), "
          + "\(chains) chains, centring \(centering ? "on" : "off")"
      ),
      ("Up-down", "\(gibbsSteps) Gibbs step(s) of the top machine an update"),
    ]
  }
}

/// The options of `joule train dbn` that other kinds of model do not have.
struct DBNOptions: ColumnwiseOptions {
  @Option(help: "Hidden units of every layer, from the data up. (default: 500,1000)")
  var hidden: LayerSizes?
  @Option(parsing: .unconditional, help: "Epochs of pretraining, a layer. (default: 20)")
  var pretrainingEpochs: Int?
  @Option(
    parsing: .unconditional,
    help: "The learning rate of pretraining at its start. (default: 0.05)")
  var pretrainingRate: Double?
  @Option(
    parsing: .unconditional,
    help: "Gibbs steps an update: of every layer's chains, later of the top machine. (default: 5)")
  var gibbsSteps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains of pretraining. (default: 100)")
  var chains: Int?
  @Flag(inversion: .prefixedNo, help: "Centred gradients in pretraining. (default: on)")
  var centering: Bool?

  func checkGivenValues() throws {
    try OptionChecks.positive([
      ("--pretraining-epochs", pretrainingEpochs), ("--gibbs-steps", gibbsSteps),
      ("--chains", chains),
    ])
    try OptionChecks.positive("--pretraining-rate", pretrainingRate)
  }

  func settings(columns: Int) throws -> DBNSettings {
    let settings = DBNSettings(
      hidden: hidden?.counts ?? [500, 1000], pretrainingEpochs: pretrainingEpochs ?? 20,
      pretrainingRate: pretrainingRate ?? 0.05, gibbsSteps: gibbsSteps ?? 5,
      chains: chains ?? 100, centering: centering ?? true)
    try LayerSizes.requireRoom(for: [columns] + settings.hidden, times: 2)
    return settings
  }

  func comparison(with stored: DBNSettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--pretraining-epochs", pretrainingEpochs.map { "\($0)" }, "\(stored.pretrainingEpochs)"),
      ("--pretraining-rate", pretrainingRate.map { "\($0)" }, "\(stored.pretrainingRate)"),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
    ]
  }
}
