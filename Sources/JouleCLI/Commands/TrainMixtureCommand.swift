import ArgumentParser
import Joule

/// `joule train mixture`: a mixture of bits or of normal distributions, as the data are.
struct TrainMixtureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixture",
    abstract: "Fits a mixture of bits or of normal distributions, as the data are.",
    discussion: """
      Where all values are 0 or 1, or --binarize makes them so, this is 'joule train bernoulli-mixture', else 'joule train \
      gaussian-mixture'; --resume goes on with either. The options are theirs: ask with --help there. Models that \
      are trained already are mixed by 'joule mixture'.

      joule train mixture --data rows.npy --components 5 --output run
      """)

  @Argument(parsing: .captureForPassthrough, help: "The options of either command.")
  var arguments: [String] = []

  func run() throws {
    if arguments.contains(where: { $0 == "--help" || $0 == "-h" }) {
      throw CleanExit.helpRequest(self)
    }
    if try areBits() {
      try run(TrainKindCommand<MixtureKind<BernoulliFamily>>.self)
    } else {
      try run(TrainKindCommand<MixtureKind<GaussianFamily>>.self)
    }
  }

  /// Parsed and run as if the user had named the command.
  private func run<Command: ParsableCommand>(_ command: Command.Type) throws {
    var parsed = try command.parse(arguments)
    try parsed.run()
  }

  private func areBits() throws -> Bool {
    if arguments.contains("--resume"), let folder = value(of: "--output") {
      return RunFolder.storedModel(in: folder) == MixtureKind<BernoulliFamily>.name
    }
    guard let path = value(of: "--data") else {
      throw Failure("--data is missing: name a file of training rows, or --resume a run")
    }
    if let binarize = value(of: "--binarize"), binarize != Binarization.none.rawValue {
      return true
    }
    let data = try DataFile.load(path).dataset
    return data.rowBlocks.allSatisfy { block in
      let rows: Tensor<Float> = data.batch(block)
      return rows.elements.allSatisfy { $0 == 0 || $0 == 1 || $0.isNaN }
    }
  }

  /// What follows an option, in either form.
  private func value(of option: String) -> String? {
    for (place, argument) in arguments.enumerated() {
      if argument == option, place + 1 < arguments.count { return arguments[place + 1] }
      if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
    }
    return nil
  }
}
