import Joule

/// What the options of a `joule train` command ask for: a new run, or an old one to go on with.
///
/// The common options are those of the command, the own ones those of the kind that it makes: a command that makes
/// several kinds offers all of them the same common options.
struct TrainingStart<Kind: TrainableKind, Offered: TrainableKind> {
  let own: Kind.Options
  let training: TrainingOptions<Offered>
  let place: RunOptions

  func execute() throws {
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
    let rows = try load(path, mask: training.mask)
    if let column = rows.dataset.firstMissingColumn {
      throw Failure(
        "\(path): column \(column + 1) is missing (NaN) in every row, and nothing can be learnt of it: leave it out"
      )
    }
    let validation = try training.validation.map { try loadValidation($0, beside: rows) }
    let rowWeights = try training.weights.map { try WeightFile($0, for: rows) }
    var common = try training.settings(of: rows, rowWeights: rowWeights)
    common.model = Kind.name
    let configuration = RunConfiguration(
      common: common, own: try own.settings(of: rows, optimizer: common.optimizer))
    try TrainingJob<Kind>.new(
      configuration: configuration,
      training: try configuration.common.weighted(rows, by: rowWeights, on: settings.workers),
      validation: validation,
      output: place.output, force: place.force,
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
    let rows = try load(
      training.data ?? configuration.common.data.path, mask: configuration.common.mask)
    let (found, began) = (DataSource(rows), configuration.common.data)
    try require(
      found.rows == began.rows && found.columns == began.columns
        && found.checksum == began.checksum,
      "\(found.path) is not the data that the run began with (\(began.rows) rows of "
        + "\(began.columns), checksum \(began.checksum)): give the same data with --data")
    let rowWeights = try configuration.common.weights.map { try WeightFile($0, for: rows) }
    let validation = try configuration.common.validation.map {
      try loadValidation($0, beside: rows)
    }
    try TrainingJob<Kind>(
      configuration: configuration,
      data: try RunData(
        Kind.self,
        training: try configuration.common.weighted(rows, by: rowWeights, on: settings.workers),
        validation: validation, configuration: configuration),
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

  private func load(_ path: String, mask: String? = nil) throws -> LoadedData {
    var data = try DataFile.load(path)
    if let mask { data = try data.masked(by: try DataFile.load(mask)) }
    if let missing = data.firstMissing, !Kind.allowsMissing {
      throw Failure(
        "\(path): row \(missing.row + 1), column \(missing.column + 1) is missing (NaN), and "
          + "\(Kind.title) learns from complete rows only; joule train \(Self.takersOfMissing) "
          + "take rows with missing values")
    }
    try Kind.values.check(data, allowingMissing: Kind.allowsMissing)
    return data
  }

  /// The commands that learn from rows with missing values, in words.
  private static var takersOfMissing: String {
    var names: [String] = []
    for kind in ModelCatalog.kinds.compactMap({ $0 as? any TrainableKind.Type })
    where kind.allowsMissing && !names.contains(kind.commandName) {
      names.append(kind.commandName)
    }
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  private func loadValidation(_ path: String, beside training: LoadedData) throws -> LoadedData {
    let data = try load(path).widened(to: training.dataset.columnCount)
    try data.requireColumns(training.dataset.columnCount, of: "the training data")
    return data
  }
}
