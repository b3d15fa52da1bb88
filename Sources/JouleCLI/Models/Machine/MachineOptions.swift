import ArgumentParser
import Joule

/// What `joule train boltzmann-machine` alone has to know.
struct MachineSettings: EstimatedSettings {
  /// The layers as text: the data's, then the hidden one.
  var units: String
  var hiddenUnits: String
  /// What was guessed of the data's units, in words.
  var guess: String?

  enum CodingKeys: String, CodingKey {
    case units, guess
    case hiddenUnits = "hidden_units"
  }

  /// - Throws: never for settings that options made.
  var layers: [UnitLayer] {
    get throws { [try UnitLayer(parsing: units), try UnitLayer(parsing: hiddenUnits)] }
  }

  var summary: [(String, String)] {
    [
      ("Units of the data", units + (guess == nil ? "" : " (guessed)")),
      ("Hidden units", hiddenUnits),
    ]
  }
}

/// The options of `joule train boltzmann-machine`.
struct MachineOptions: KindOptions {
  @OptionGroup
  var dataUnits: DataUnitsOption
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
    try estimator.requireForAnyUnits()
  }

  func settings(of data: LoadedData) throws -> WithEstimator<MachineSettings> {
    try settings(of: data, optimizer: .sgd)
  }

  func settings(
    of data: LoadedData, optimizer: CommonSettings.OptimizerName
  ) throws -> WithEstimator<MachineSettings> {
    let found = try dataUnits.units(of: data)
    let layer = try MachineUnits.hiddenLayer(hiddenUnits, count: hidden ?? 100)
    let weights = found.layer.width.multipliedReportingOverflow(by: layer.width)
    try require(
      !weights.overflow && weights.partialValue <= 2_000_000_000,
      "\(layer.text) and \(found.layer.text) units need more than 2,000,000,000 weights: take fewer"
    )
    return WithEstimator(
      MachineSettings(units: found.layer.text, hiddenUnits: layer.text, guess: found.guess),
      try estimator.settings(centering: optimizer != .adam))
  }

  func comparison(with stored: WithEstimator<MachineSettings>) -> [(String, String?, String)] {
    [dataUnits.comparison(with: stored.model.units, wereGuessed: stored.model.guess != nil)]
      + MachineUnits.comparison(
        counts: hidden.map { "\($0)" }, kind: hiddenUnits, with: [stored.model.hiddenUnits])
      + estimator.comparison(with: stored.estimator)
  }
}
