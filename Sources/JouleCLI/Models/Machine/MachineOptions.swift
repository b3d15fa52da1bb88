import ArgumentParser
import Joule

/// What `joule train boltzmann-machine` alone has to know.
struct MachineSettings: KindSettings {
  /// The layers as text: the data's, then the hidden one.
  var units: String
  var hiddenUnits: String
  /// What was guessed of the data's units, in words.
  var guess: String?
  var method: RBMSettings.Method
  var gibbsSteps: Int
  var chains: Int
  var centering: Bool

  enum CodingKeys: String, CodingKey {
    case units, guess, method, chains, centering
    case hiddenUnits = "hidden_units"
    case gibbsSteps = "gibbs_steps"
  }

  /// - Throws: never for settings that options made.
  var layers: [UnitLayer] {
    get throws { [try UnitLayer(parsing: units), try UnitLayer(parsing: hiddenUnits)] }
  }

  var summary: [(String, String)] {
    [
      ("Units of the data", units + (guess == nil ? "" : " (guessed)")),
      ("Hidden units", hiddenUnits),
      ("Method", "\(method.rawValue), \(gibbsSteps) step(s) an update, \(chains) chains"),
      ("Centring", centering ? "on" : "off"),
    ]
  }
}

/// The options of `joule train boltzmann-machine`.
struct MachineOptions: KindOptions {
  @Option(
    help: ArgumentHelp(
      "Units of the data: auto guesses them by column; or one kind for all columns, as gaussian or potts:21; or "
        + "groups in the order of the columns, as gaussian:4+potts:3x5+bernoulli:10. Kinds: \(UnitLayer.kindsInWords). "
        + "(default: auto)"))
  var units: String?
  @Option(parsing: .unconditional, help: "Hidden units. (default: 100)")
  var hidden: Int?
  @Option(
    help: "Their kind: bernoulli, spin, gaussian, relu, drelu, stepped:K, … (default: bernoulli)")
  var hiddenUnits: String?
  @Option(
    help: ArgumentHelp(
      "cd, pcd, fpcd, pt or ptt, as joule train rbm has them with their defaults. (default: pcd)"))
  var method: RBMSettings.Method?
  @Option(parsing: .unconditional, help: "Gibbs steps an update. (default: 1)")
  var gibbsSteps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 100)")
  var chains: Int?
  @Flag(inversion: .prefixedNo, help: "Centred gradients. (default: on)")
  var centering: Bool?

  func checkGivenValues() throws {
    try OptionChecks.positive([
      ("--hidden", hidden), ("--gibbs-steps", gibbsSteps), ("--chains", chains),
    ])
  }

  func settings(columns: Int) throws -> MachineSettings {
    throw Failure("the units of a machine follow from its data")
  }

  func settings(of data: LoadedData) throws -> MachineSettings {
    let found = try MachineUnits(units ?? "auto", for: data)
    let count = hidden ?? 100
    let text = hiddenUnits ?? BernoulliUnits.kind
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let layer: UnitLayer
    do throws(UnitTextError) {
      layer = try UnitLayer(
        parsing: parts.count == 2 ? "\(parts[0]):\(count)x\(parts[1])" : "\(text):\(count)")
    } catch {
      throw Failure("--hidden-units: \(error); without their number, which --hidden says")
    }
    let weights = found.layer.width.multipliedReportingOverflow(by: layer.width)
    try require(
      !weights.overflow && weights.partialValue <= 2_000_000_000,
      "\(layer.text) and \(found.layer.text) units need more than 2,000,000,000 weights: take fewer"
    )
    return MachineSettings(
      units: found.layer.text, hiddenUnits: layer.text, guess: found.guess, method: method ?? .pcd,
      gibbsSteps: gibbsSteps ?? 1, chains: chains ?? 100, centering: centering ?? true)
  }

  func comparison(with stored: MachineSettings) -> [(String, String?, String)] {
    [
      ("--method", method?.rawValue, stored.method.rawValue),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
    ]
  }
}
