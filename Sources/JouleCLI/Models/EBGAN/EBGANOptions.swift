import ArgumentParser
import Joule

/// What `joule train ebgan` alone has to know.
struct EBGANSettings: KindSettings {
  var hidden: [Int]
  var code: Int
  var latents: Int
  var generator: [Int]
  var margin: Double
  /// λ of the pulling-away term.
  var pullingAway: Double

  enum CodingKeys: String, CodingKey {
    case hidden, code, latents, generator, margin
    case pullingAway = "pulling_away"
  }

  var summary: [(String, String)] {
    [
      ("Hidden units of the autoencoder", LayerSizes(hidden).text), ("Code", String(code)),
      ("Latents", String(latents)), ("Hidden units of the generator", LayerSizes(generator).text),
      ("Margin", format(shortest: margin)), ("Pulling-away term", format(shortest: pullingAway)),
    ]
  }
}

/// The options of `joule train ebgan` that other kinds of model do not have.
struct EBGANOptions: ColumnwiseOptions {
  @Option(
    help: "Units of the encoder's hidden layers, the decoder's in reverse. (default: 64,64)")
  var hidden: LayerSizes?
  @Option(
    parsing: .unconditional,
    help: "Numbers that a row is squeezed to. (default: half the columns, from 2 to 32)")
  var code: Int?
  @Option(
    parsing: .unconditional,
    help: "Numbers that a generated row is made from. (default: as many as the code)")
  var latents: Int?
  @Option(help: "Units of the generator's hidden layers. (default: 64,64)")
  var generator: LayerSizes?
  @Option(
    parsing: .unconditional,
    help: "m: generated rows are not pushed above this mean squared error. (default: 0.3)")
  var margin: Double?
  @Option(
    parsing: .unconditional,
    help: "λ of the term that keeps the codes of generated rows apart; 0 for none. (default: 0.1)")
  var pullingAway: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--code", code), ("--latents", latents)])
    try OptionChecks.positive("--margin", margin)
    try OptionChecks.notNegative([("--pulling-away", pullingAway)])
  }

  func settings(columns: Int) throws -> EBGANSettings {
    let code = code ?? min(max(columns / 2, 2), 32)
    let settings = EBGANSettings(
      hidden: hidden?.counts ?? [64, 64], code: code, latents: latents ?? code,
      generator: generator?.counts ?? [64, 64], margin: margin ?? 0.3,
      pullingAway: pullingAway ?? 0.1)
    try LayerSizes.requireRoom(for: [columns] + settings.hidden + [settings.code], times: 2)
    try LayerSizes.requireRoom(for: [settings.latents] + settings.generator + [columns])
    return settings
  }

  func comparison(with stored: EBGANSettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--code", code.map { "\($0)" }, "\(stored.code)"),
      ("--latents", latents.map { "\($0)" }, "\(stored.latents)"),
      ("--generator", generator?.text, LayerSizes(stored.generator).text),
      ("--margin", margin.map { "\($0)" }, "\(stored.margin)"),
      ("--pulling-away", pullingAway.map { "\($0)" }, "\(stored.pullingAway)"),
    ]
  }
}
