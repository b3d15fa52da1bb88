import ArgumentParser
import Joule

/// What `joule train autoencoder` has to know.
struct AutoencoderSettings: KindSettings {
  /// Units of the layers down to the code.
  var hidden: [Int]
  /// Files of the machines that the layers begin as; empty for a network that starts at random.
  var from: [String]

  var summary: [(String, String)] {
    [
      ("Layers down to the code", LayerSizes(hidden).text),
      ("Begins as", from.isEmpty ? "random numbers" : from.joined(separator: ", ")),
    ]
  }
}

/// The options of `joule train autoencoder` that other kinds of model do not have.
struct AutoencoderOptions: ColumnwiseOptions {
  @Option(
    help:
      "Units of the layers, the code last, such as 500,30. (default: 500,30, or those of --from)")
  var hidden: LayerSizes?
  @OptionGroup
  var stack: StackOptions

  func checkGivenValues() throws {}

  func settings(columns: Int) throws -> AutoencoderSettings {
    let layers = try stack.layerSizes(columns: columns, hidden: hidden)
    let settings = AutoencoderSettings(hidden: layers ?? [500, 30], from: stack.files)
    try LayerSizes.requireRoom(for: [columns] + settings.hidden, times: 2)
    return settings
  }

  func comparison(with stored: AutoencoderSettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden?.text, LayerSizes(stored.hidden).text),
      ("--from", stack.from, stored.from.joined(separator: ",")),
    ]
  }
}
