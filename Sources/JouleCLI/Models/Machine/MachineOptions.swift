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
  /// A file of row weights.
  var weights: String?
  /// The share of equal columns that makes rows alike, so that their weights fall.
  var similarity: Double?

  enum CodingKeys: String, CodingKey {
    case units, guess, weights, similarity
    case hiddenUnits = "hidden_units"
  }

  init(
    units: String, hiddenUnits: String, guess: String?, estimator: EstimatorSettings,
    weights: String?, similarity: Double?
  ) {
    self.units = units
    self.hiddenUnits = hiddenUnits
    self.guess = guess
    self.estimator = estimator
    self.weights = weights
    self.similarity = similarity
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    units = try container.decode(String.self, forKey: .units)
    hiddenUnits = try container.decode(String.self, forKey: .hiddenUnits)
    guess = try container.decodeIfPresent(String.self, forKey: .guess)
    weights = try container.decodeIfPresent(String.self, forKey: .weights)
    similarity = try container.decodeIfPresent(Double.self, forKey: .similarity)
    estimator = try EstimatorSettings(from: decoder)
  }

  /// All in one object.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(units, forKey: .units)
    try container.encode(hiddenUnits, forKey: .hiddenUnits)
    try container.encodeIfPresent(guess, forKey: .guess)
    try container.encodeIfPresent(weights, forKey: .weights)
    try container.encodeIfPresent(similarity, forKey: .similarity)
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
      (
        "Row weights",
        weights ?? similarity.map { "by similarity of at least \(format(shortest: $0))" } ?? "none"
      ),
    ] + estimator.summary
  }

  func weighted(_ data: LoadedData, on workers: Workers) throws -> LoadedData {
    if let weights { return data.weighted(by: try Self.weights(weights, for: data)) }
    guard let similarity else { return data }
    return data.weighted(by: data.dataset.similarityWeights(share: similarity, on: workers))
  }

  private static func weights(_ path: String, for data: LoadedData) throws -> [Double] {
    let table = try NumberTable.load(path)
    try require(
      table.values.count == data.dataset.rowCount,
      "\(path) holds \(table.values.count) weights, and \(data.path) \(data.dataset.rowCount) rows")
    if let bad = table.values.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) {
      throw Failure(
        "\(path): weight \(bad + 1) is \(table.values[bad]): weights are finite and not negative")
    }
    try require(table.values.contains { $0 > 0 }, "\(path): all weights are zero")
    return table.values
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
  @Option(help: "A file of one weight a row of the data. (default: all count the same)")
  var weights: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weigh a row by one over the number of rows that agree with it in at least this share of columns, as for "
        + "related sequences; 0.8 is usual. (default: off)"))
  var similarity: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--hidden", hidden)])
    try estimator.checkGivenValues()
    try require(
      estimator.method != .tap && [nil, .centered, .plain].contains(estimator.gradient),
      "machines of any units have no mean-field expansion and no metric: --method tap and --gradient standardized "
        + "or natural are joule train rbm's")
    if let similarity {
      try require(
        similarity > 0 && similarity <= 1,
        "--similarity lies above 0 and up to 1, got \(similarity)")
    }
    try require(
      weights == nil || similarity == nil,
      "--weights and --similarity both weigh the rows: give one")
  }

  func settings(of data: LoadedData) throws -> MachineSettings {
    let found = try MachineUnits(units ?? "auto", for: data)
    if similarity != nil {
      try require(
        found.layer.groups.allSatisfy { $0 is PottsUnits || $0 is BernoulliUnits },
        "--similarity compares categories, and the units are \(found.layer.text): give --weights instead"
      )
    }
    let layer = try MachineUnits.hiddenLayer(hiddenUnits, count: hidden ?? 100)
    let weights = found.layer.width.multipliedReportingOverflow(by: layer.width)
    try require(
      !weights.overflow && weights.partialValue <= 2_000_000_000,
      "\(layer.text) and \(found.layer.text) units need more than 2,000,000,000 weights: take fewer"
    )
    return MachineSettings(
      units: found.layer.text, hiddenUnits: layer.text, guess: found.guess,
      estimator: try estimator.settings(), weights: self.weights, similarity: similarity)
  }

  func comparison(with stored: MachineSettings) -> [(String, String?, String)] {
    [
      ("--weights", weights, stored.weights ?? "none"),
      ("--similarity", similarity.map { "\($0)" }, stored.similarity.map { "\($0)" } ?? "off"),
    ] + estimator.comparison(with: stored.estimator)
  }
}
