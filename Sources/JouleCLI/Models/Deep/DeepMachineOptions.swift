import ArgumentParser
import Joule

/// What `joule train deep-boltzmann-machine` alone has to know.
struct DeepMachineSettings: EstimatedSettings {
  /// Every layer as text, the data's first.
  var units: [String]
  /// What was guessed of the data's units, in words.
  var guess: String?
  var inferenceRounds: Int
  var weightScale: Double

  enum CodingKeys: String, CodingKey {
    case units, guess
    case inferenceRounds = "inference_rounds"
    case weightScale = "weight_scale"
  }

  /// - Throws: never for settings that options made.
  var layers: [UnitLayer] {
    get throws { try units.map { try UnitLayer(parsing: $0) } }
  }

  var summary: [(String, String)] {
    [
      ("Units of the data", (units.first ?? "") + (guess == nil ? "" : " (guessed)")),
      ("Hidden units", units.dropFirst().joined(separator: ", ")),
      ("Mean field", "\(inferenceRounds) round(s)"),
    ]
  }
}

/// The options of `joule train deep-boltzmann-machine`.
struct DeepMachineOptions: KindOptions {
  @OptionGroup
  var dataUnits: DataUnitsOption
  @Option(help: "Hidden units of every layer, from the data up. (default: 100,50)")
  var hidden: LayerSizes?
  @Option(
    help: ArgumentHelp(
      "Their kind, of all layers: bernoulli, spin, potts:Q, binomial:K, stepped:K, relu, … (default: bernoulli)"
    ))
  var hiddenUnits: String?
  @Option(
    parsing: .unconditional, help: "Rounds of mean-field updates for each batch. (default: 5)")
  var inferenceRounds: Int?
  @Option(
    parsing: .unconditional,
    help: "The standard deviation of weights at the start. (default: 0.1)")
  var weightScale: Double?
  @OptionGroup
  var estimator: EstimatorOptions

  func checkGivenValues() throws {
    try OptionChecks.positive([("--inference-rounds", inferenceRounds)])
    try OptionChecks.positive("--weight-scale", weightScale)
    try estimator.checkGivenValues()
    try estimator.requireForAnyUnits()
  }

  func settings(of data: LoadedData) throws -> WithEstimator<DeepMachineSettings> {
    try settings(of: data, optimizer: .sgd)
  }

  func settings(
    of data: LoadedData, optimizer: CommonSettings.OptimizerName
  ) throws -> WithEstimator<DeepMachineSettings> {
    let found = try dataUnits.units(of: data)
    let hidden = try (hidden?.counts ?? [100, 50]).map {
      try MachineUnits.hiddenLayer(hiddenUnits, count: $0)
    }
    if let layer = hidden.first(where: { !$0.isInferred }) {
      throw Failure(
        "--hidden-units: '\(layer.text)' have parameters beyond their biases, of which mean field learns nothing: take "
          + "bernoulli, spin, potts:Q, standard-gaussian, …")
    }
    let layers = [found.layer] + hidden
    try LayerSizes.requireRoom(for: layers.map(\.width))
    return WithEstimator(
      DeepMachineSettings(
        units: layers.map(\.text), guess: found.guess, inferenceRounds: inferenceRounds ?? 5,
        weightScale: weightScale ?? 0.1),
      try estimator.settings(centering: optimizer != .adam))
  }

  func comparison(with stored: WithEstimator<DeepMachineSettings>) -> [(String, String?, String)] {
    let layers = stored.model.units
    return [
      dataUnits.comparison(with: layers.first ?? "", wereGuessed: stored.model.guess != nil),
      ("--inference-rounds", inferenceRounds.map { "\($0)" }, "\(stored.model.inferenceRounds)"),
      ("--weight-scale", weightScale.map { "\($0)" }, "\(stored.model.weightScale)"),
    ]
      + MachineUnits.comparison(
        counts: hidden?.text, kind: hiddenUnits, with: Array(layers.dropFirst()))
      + estimator.comparison(with: stored.estimator)
  }
}
