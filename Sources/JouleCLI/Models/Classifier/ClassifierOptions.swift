import ArgumentParser
import Joule

/// What `joule train classifier` has to know.
struct ClassifierSettings: KindSettings {
  var labels: LabelSettings
  var hidden: [Int]
  /// Files of the machines that the hidden layers begin as; empty for a network that starts at random.
  var from: [String]
  var inputDropout: Double
  var dropout: Double
  /// The decay of the parameters' moving average; 0 for none.
  var averaging: Double

  enum CodingKeys: String, CodingKey {
    case hidden, from, dropout, averaging
    case inputDropout = "input_dropout"
  }

  init(
    labels: LabelSettings, hidden: [Int], from: [String], inputDropout: Double, dropout: Double,
    averaging: Double
  ) {
    self.labels = labels
    self.hidden = hidden
    self.from = from
    self.inputDropout = inputDropout
    self.dropout = dropout
    self.averaging = averaging
  }

  init(from decoder: any Decoder) throws {
    labels = try LabelSettings(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    hidden = try container.decode([Int].self, forKey: .hidden)
    from = try container.decode([String].self, forKey: .from)
    inputDropout = try container.decode(Double.self, forKey: .inputDropout)
    dropout = try container.decode(Double.self, forKey: .dropout)
    averaging = try container.decode(Double.self, forKey: .averaging)
  }

  /// All in one object.
  func encode(to encoder: any Encoder) throws {
    try labels.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(hidden, forKey: .hidden)
    try container.encode(from, forKey: .from)
    try container.encode(inputDropout, forKey: .inputDropout)
    try container.encode(dropout, forKey: .dropout)
    try container.encode(averaging, forKey: .averaging)
  }

  var summary: [(String, String)] {
    labels.summary + [
      ("Hidden layers", hidden.isEmpty ? "none" : LayerSizes(hidden).text),
      ("Begins as", from.isEmpty ? "random numbers" : from.joined(separator: ", ")),
      (
        "Units left out",
        "\(format(shortest: inputDropout)) of the inputs, \(format(shortest: dropout)) of hidden ones"
      ),
      ("Averaging", averaging == 0 ? "none" : "decay \(format(shortest: averaging))"),
    ]
  }
}

/// The options of `joule train classifier` that other kinds of model do not have.
struct ClassifierOptions: ColumnwiseOptions {
  @OptionGroup
  var labels: LabelOptions
  @Option(help: "Units of the hidden layers, such as 500,500. (default: 500, or those of --from)")
  var hidden: LayerSizes?
  @OptionGroup
  var stack: StackOptions
  @Option(
    parsing: .unconditional,
    help: "The share of the inputs that every update leaves out. (default: 0)")
  var inputDropout: Double?
  @Option(
    parsing: .unconditional,
    help: "The share of hidden units that every update leaves out. (default: 0)")
  var dropout: Double?
  @Option(
    parsing: .unconditional,
    help:
      "Decay of the moving average over parameters that becomes the model; 0 for none. (default: 0)"
  )
  var averaging: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--classes", labels.classes)])
    for (name, value) in [
      ("--input-dropout", inputDropout), ("--dropout", dropout), ("--averaging", averaging),
    ] {
      if let value {
        try require(value >= 0 && value < 1, "\(name) lies in [0, 1), got \(value)")
      }
    }
  }

  func settings(columns: Int) throws -> ClassifierSettings {
    let layers = try stack.layerSizes(columns: columns, hidden: hidden) ?? [500]
    let own = try labels.settings()
    try LayerSizes.requireRoom(for: [columns] + layers + [own.classes])
    return ClassifierSettings(
      labels: own, hidden: layers, from: stack.files, inputDropout: inputDropout ?? 0,
      dropout: dropout ?? 0, averaging: averaging ?? 0)
  }

  func comparison(with stored: ClassifierSettings) -> [(String, String?, String)] {
    labels.comparison(with: stored.labels) + [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--from", stack.from, stored.from.joined(separator: ",")),
      ("--input-dropout", inputDropout.map { "\($0)" }, "\(stored.inputDropout)"),
      ("--dropout", dropout.map { "\($0)" }, "\(stored.dropout)"),
      ("--averaging", averaging.map { "\($0)" }, "\(stored.averaging)"),
    ]
  }
}
