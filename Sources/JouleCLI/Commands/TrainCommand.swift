import ArgumentParser
import Foundation
import Joule

/// `joule train`: a group, one command a kind of model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on a file of data.",
    subcommands: [TrainRBMCommand.self])
}

/// `joule train rbm`.
struct TrainRBMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rbm",
    abstract: "Trains a restricted Boltzmann machine of binary units.",
    discussion: """
      The output folder gets the model, a checkpoint, metrics.jsonl, config.json, pictures of filters and \
      samples, and report.html. Ctrl-C saves a checkpoint; --resume goes on from it and ends with the \
      same bytes as a run that was never stopped.

      joule train rbm --data train-images-idx3-ubyte.gz --binarize sample --output run
      joule train rbm --resume --output run
      """)

  @OptionGroup(title: "Model and training")
  var options: TrainRBMOptions
  @OptionGroup(title: "Run")
  var place: RunOptions

  func run() throws {
    try options.checkGivenValues()
    let settings = try place.settings()
    let signal = StopSignal()
    try place.isResumed ? resumeRun(settings, signal) : newRun(settings, signal)
  }

  private func newRun(_ settings: RunSettings, _ signal: StopSignal) throws {
    guard let path = options.data else {
      throw Failure("--data is missing: name a file of training rows, or --resume a run")
    }
    let training = try load(path)
    let validation = try options.validation.map { try loadValidation($0, beside: training) }
    let configuration = try options.configuration(of: training)
    let folder = try RunFolder.create(place.output, force: place.force)
    try AtomicFile.write(
      try encodeJSON(configuration, pretty: true) + "\n", to: folder.configuration)
    try RBMTraining(
      configuration: configuration, training: training, validation: validation, folder: folder,
      settings: settings, signal: signal, checkpoint: nil
    ).execute()
  }

  private func resumeRun(_ settings: RunSettings, _ signal: StopSignal) throws {
    try require(
      !place.force, "--force deletes the run that --resume is to go on with: give only one")
    let folder = try RunFolder.resume(place.output)
    let checkpoint = try RunCheckpoint(loading: folder.checkpoint)
    let configuration = checkpoint.configuration
    try options.requireAgreement(with: configuration)
    let training = try load(options.data ?? configuration.data.path)
    let found = RunConfiguration.Data(training)
    try require(
      found.rows == configuration.data.rows && found.columns == configuration.data.columns
        && found.checksum == configuration.data.checksum,
      "\(found.path) is not the data that the run began with (\(configuration.data.rows) rows of "
        + "\(configuration.data.columns), checksum \(configuration.data.checksum)): give the same "
        + "data with --data")
    let validation = try configuration.validation.map { try loadValidation($0, beside: training) }
    try RBMTraining(
      configuration: configuration, training: training, validation: validation, folder: folder,
      settings: settings, signal: signal, checkpoint: checkpoint
    ).execute()
  }

  private func load(_ path: String) throws -> LoadedData {
    let data = try DataFile.load(path)
    try data.requireProbabilities()
    return data
  }

  private func loadValidation(_ path: String, beside training: LoadedData) throws -> LoadedData {
    let data = try load(path)
    try data.requireColumns(training.dataset.columnCount, of: "the training data")
    return data
  }
}

/// Options that do not change the model.
struct RunOptions: ParsableArguments {
  @Option(help: "The folder of the run; it is made.")
  var output: String
  @Flag(name: .customLong("resume"), help: "Go on with the run in the output folder.")
  var isResumed = false
  @Flag(help: "Replace another run in the output folder.")
  var force = false
  @Option(
    parsing: .unconditional,
    help: "Epochs between two scores. (default: as often as costs less than 5 % of the time)")
  var evaluateEvery: Int?
  @Option(
    parsing: .unconditional,
    help: "Epochs between two checkpoints. (default: as often as costs less than 5 % of the time)")
  var checkpointEvery: Int?
  @OptionGroup
  var threads: ThreadOptions
  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  /// How the run is carried out.
  ///
  /// - Throws: when an option cannot be meant.
  func settings() throws -> RunSettings {
    if let evaluateEvery {
      try require(evaluateEvery > 0, "--evaluate-every must be at least 1, got \(evaluateEvery)")
    }
    if let checkpointEvery {
      try require(
        checkpointEvery > 0, "--checkpoint-every must be at least 1, got \(checkpointEvery)")
    }
    return RunSettings(
      workers: try threads.workers(), evaluateEvery: evaluateEvery,
      checkpointEvery: checkpointEvery, isQuiet: quiet)
  }
}
