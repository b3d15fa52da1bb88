import ArgumentParser
import Joule

/// What `joule train boltzmann-machine` alone has to know.
struct MachineSettings: KindSettings {
  /// The layers as text: the data's, then the hidden one.
  var units: String
  var hiddenUnits: String
  /// What was guessed of the data's units, in words.
  var guess: String?
  var estimator: EstimatorSettings

  enum CodingKeys: String, CodingKey {
    case units, guess
    case hiddenUnits = "hidden_units"
  }

  init(units: String, hiddenUnits: String, guess: String?, estimator: EstimatorSettings) {
    self.units = units
    self.hiddenUnits = hiddenUnits
    self.guess = guess
    self.estimator = estimator
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    units = try container.decode(String.self, forKey: .units)
    hiddenUnits = try container.decode(String.self, forKey: .hiddenUnits)
    guess = try container.decodeIfPresent(String.self, forKey: .guess)
    estimator = try EstimatorSettings(from: decoder)
  }

  /// All in one object.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(units, forKey: .units)
    try container.encode(hiddenUnits, forKey: .hiddenUnits)
    try container.encodeIfPresent(guess, forKey: .guess)
    try estimator.encode(to: encoder)
  }

  /// - Throws: never for settings that options made.
  var layers: [UnitLayer] {
    get throws { [try UnitLayer(parsing: units), try UnitLayer(parsing: hiddenUnits)] }
  }

  var summary: [(String, String)] {
    [
      ("Units of the data", units + (guess == nil ? "" : " (guessed)")),
      ("Hidden units", hiddenUnits),
    ] + estimator.summary
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
  @OptionGroup
  var estimator: EstimatorOptions

  func checkGivenValues() throws {
    try OptionChecks.positive([("--hidden", hidden)])
    try estimator.checkGivenValues()
    try require(
      estimator.method != .tap && [nil, .centered, .plain].contains(estimator.gradient),
      "machines of any units have no mean-field expansion and no metric: --method tap and --gradient standardized "
        + "or natural are joule train rbm's")
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
      units: found.layer.text, hiddenUnits: layer.text, guess: found.guess,
      estimator: try estimator.settings())
  }

  func comparison(with stored: MachineSettings) -> [(String, String?, String)] {
    estimator.comparison(with: stored.estimator)
  }
}
