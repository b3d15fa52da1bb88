import Foundation
import Joule

/// What a checkpoint file says that it is.
let runCheckpointKind = "checkpoint"

/// What a checkpoint file says beside the state of the run.
struct RunCheckpoint<Kind: TrainableKind> {
  typealias Configuration = RunConfiguration<Kind.Settings>
  private static var statePrefix: String { "run." }

  let configuration: Configuration
  /// Records of metrics.jsonl that the run had written.
  let records: Int
  private let archive: Archive

  init(loading path: String) throws {
    archive = try ModelFile.load(path)
    do {
      let kind = try archive.text("joule.kind")
      try require(kind == runCheckpointKind, "\(path) is a '\(kind)', not a checkpoint")
      records = try archive.integer("joule.records")
      let text = try archive.text("joule.config")
      let model = (try? JSON(parsing: text))?["model"]?.stringValue
      try require(
        model == nil || model == Kind.name,
        "\(path) is a run of 'joule train \(model ?? "")', not of 'joule train \(Kind.commandName)'"
      )
      configuration = try JSONDecoder().decode(Configuration.self, from: Data(text.utf8))
    } catch let error as ArchiveError {
      throw Failure("\(path) is no checkpoint of a run: \(error)")
    } catch is DecodingError {
      throw Failure("\(path) holds a configuration that this version cannot read")
    }
  }

  /// Writes the state of a run.
  static func save<Estimator: GradientEstimator>(
    _ run: TrainingRun<Estimator>, configuration: Configuration, records: Int, to path: String
  ) throws where Estimator.Model == Kind.Model {
    var archive = Archive()
    run.archive(into: &archive, prefix: statePrefix)
    archive.metadata["joule.kind"] = runCheckpointKind
    archive.metadata["joule.version"] = ModelMetadata.version
    archive.metadata["joule.records"] = String(records)
    archive.metadata["joule.config"] = try encodeJSON(configuration, pretty: false)
    try ModelFile.save(archive, to: path)
  }

  /// Puts a run back to where it was saved.
  func restore<Estimator: GradientEstimator>(_ run: inout TrainingRun<Estimator>) throws
  where Estimator.Model == Kind.Model {
    do {
      try run.restore(from: archive, prefix: Self.statePrefix)
    } catch {
      throw Failure("the checkpoint does not fit its own configuration: \(error)")
    }
  }
}
