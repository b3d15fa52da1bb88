import ArgumentParser
import Foundation
import Joule

/// `joule train`: a group, one command a kind of model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on a file of data.",
    subcommands: [
      TrainKindCommand<RBMKind>.self, TrainKindCommand<NADEKind>.self,
      TrainKindCommand<MixtureKind<BernoulliFamily>>.self,
      TrainKindCommand<MixtureKind<GaussianFamily>>.self,
      TrainKindCommand<MADEKind>.self, TrainKindCommand<FlowKind>.self,
      TrainKindCommand<EnergyKind>.self, TrainKindCommand<EBGANKind>.self,
      TrainKindCommand<DBMKind>.self, TrainKindCommand<DBNKind>.self,
    ])
}

/// `joule train rbm` and its like: the same command for every kind.
struct TrainKindCommand<Kind: TrainableKind>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.commandName, abstract: Kind.help.abstract, discussion: Kind.help.discussion)
  }

  @OptionGroup(title: "Model")
  var own: Kind.Options
  @OptionGroup(title: "Training")
  var training: TrainingOptions<Kind>
  @OptionGroup(title: "Run")
  var place: RunOptions

  func run() throws {
    try own.checkGivenValues()
    try training.checkGivenValues()
    let settings = try place.settings()
    let signal = StopSignal()
    try place.isResumed ? resumeRun(settings, signal) : newRun(settings, signal)
  }

  private func newRun(_ settings: RunSettings, _ signal: StopSignal) throws {
    guard let path = training.data else {
      throw Failure("--data is missing: name a file of training rows, or --resume a run")
    }
    let rows = try load(path)
    let validation = try training.validation.map { try loadValidation($0, beside: rows) }
    try TrainingJob<Kind>.new(
      configuration: RunConfiguration(
        common: try training.settings(of: rows),
        own: try own.settings(columns: rows.dataset.columnCount)),
      training: rows, validation: validation, output: place.output, force: place.force,
      settings: settings, signal: signal
    ).execute()
  }

  private func resumeRun(_ settings: RunSettings, _ signal: StopSignal) throws {
    try require(
      !place.force, "--force deletes the run that --resume is to go on with: give only one")
    let folder = try RunFolder.resume(place.output)
    let checkpoint = try RunCheckpoint<Kind>(loading: folder.checkpoint)
    let configuration = checkpoint.configuration
    try requireAgreement(with: configuration)
    let rows = try load(training.data ?? configuration.common.data.path)
    let (found, began) = (DataSource(rows), configuration.common.data)
    try require(
      found.rows == began.rows && found.columns == began.columns
        && found.checksum == began.checksum,
      "\(found.path) is not the data that the run began with (\(began.rows) rows of "
        + "\(began.columns), checksum \(began.checksum)): give the same data with --data")
    let validation = try configuration.common.validation.map {
      try loadValidation($0, beside: rows)
    }
    try TrainingJob<Kind>(
      configuration: configuration,
      data: RunData(training: rows, validation: validation, settings: configuration.common),
      folder: folder, settings: settings, signal: signal, checkpoint: checkpoint
    ).execute()
  }

  /// Refuses options that contradict a run that is to be resumed.
  private func requireAgreement(with stored: RunConfiguration<Kind.Settings>) throws {
    let pairs = training.comparison(with: stored.common) + own.comparison(with: stored.own)
    for (name, given, began) in pairs {
      guard let given else { continue }
      try require(
        given == began,
        "\(name) is \(given), but the run began with \(began): leave the option out to resume, or "
          + "start a new run in another folder")
    }
  }

  private func load(_ path: String) throws -> LoadedData {
    let data = try DataFile.load(path)
    try Kind.values.check(data)
    return data
  }

  private func loadValidation(_ path: String, beside training: LoadedData) throws -> LoadedData {
    let data = try load(path)
    try data.requireColumns(training.dataset.columnCount, of: "the training data")
    return data
  }
}
