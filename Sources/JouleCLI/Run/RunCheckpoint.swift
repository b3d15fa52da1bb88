import Foundation
import Joule

/// What a checkpoint file says beside the state of the run.
struct RunCheckpoint {
  static let kind = "checkpoint"
  static let statePrefix = "run."

  let configuration: RunConfiguration
  /// Records of metrics.jsonl that the run had written.
  let records: Int
  let archive: Archive

  init(loading path: String) throws {
    archive = try ModelFile.load(path)
    do {
      let kind = try archive.text("joule.kind")
      try require(kind == Self.kind, "\(path) is a '\(kind)', not a checkpoint")
      records = try archive.integer("joule.records")
      let text = try archive.text("joule.config")
      configuration = try JSONDecoder().decode(RunConfiguration.self, from: Data(text.utf8))
    } catch let error as ArchiveError {
      throw Failure("\(path) is no checkpoint of a run: \(error)")
    } catch is DecodingError {
      throw Failure("\(path) holds a configuration that this version cannot read")
    }
  }

  /// Writes the state of a run.
  static func save<Estimator: GradientEstimator>(
    _ run: TrainingRun<Estimator>, configuration: RunConfiguration, records: Int, to path: String
  ) throws {
    var archive = Archive()
    run.archive(into: &archive, prefix: statePrefix)
    archive.metadata["joule.kind"] = kind
    archive.metadata["joule.version"] = ModelMetadata.version
    archive.metadata["joule.records"] = String(records)
    archive.metadata["joule.config"] = try encodeJSON(configuration, pretty: false)
    try ModelFile.save(archive, to: path)
  }

  /// Puts a run back to where it was saved.
  func restore<Estimator: GradientEstimator>(_ run: inout TrainingRun<Estimator>) throws {
    do {
      try run.restore(from: archive, prefix: Self.statePrefix)
    } catch {
      throw Failure("the checkpoint does not fit its own configuration: \(error)")
    }
  }
}

/// What model files say beside their tensors.
struct ModelMetadata: Codable {
  static let version = "1"

  var imageHeight: Int?
  var imageWidth: Int?
  var training: RunConfiguration?

  enum CodingKeys: String, CodingKey {
    case training
    case imageHeight = "image_height"
    case imageWidth = "image_width"
  }

  var imageShape: (height: Int, width: Int)? {
    guard let imageHeight, let imageWidth else { return nil }
    return (imageHeight, imageWidth)
  }

  /// Writes a trained model.
  static func save<Model: ArchivableModel>(
    _ model: Model, configuration: RunConfiguration, to path: String
  ) throws {
    var archive = Archive()
    model.archive(into: &archive)
    archive.metadata["joule.model"] = Model.kind
    archive.metadata["joule.version"] = version
    archive.metadata["joule.config"] = try encodeJSON(
      ModelMetadata(
        imageHeight: configuration.imageHeight, imageWidth: configuration.imageWidth,
        training: configuration), pretty: false)
    try ModelFile.save(archive, to: path)
  }
}

/// A model file, read.
struct LoadedModel {
  let machine: RestrictedBoltzmannMachine<Float>
  let metadata: ModelMetadata
  let archive: Archive

  /// A file of Joule's, or anyone's that holds the three tensors of a machine.
  init(_ path: String) throws {
    archive = try ModelFile.load(path)
    let kind = archive.metadata["joule.model"]
    if archive.metadata["joule.kind"] == RunCheckpoint.kind {
      throw Failure("\(path) is a checkpoint: the model is beside it, in model.safetensors")
    }
    try require(
      kind == nil || kind == RestrictedBoltzmannMachine<Float>.kind,
      "\(path) holds a model of kind '\(kind ?? "")'; this version knows 'rbm'")
    do {
      machine = try RestrictedBoltzmannMachine(from: archive)
    } catch {
      throw Failure("\(path) is no restricted Boltzmann machine: \(error)")
    }
    let text = archive.metadata["joule.config"] ?? "{}"
    metadata =
      (try? JSONDecoder().decode(ModelMetadata.self, from: Data(text.utf8))) ?? ModelMetadata()
  }

  /// The shape to draw rows in: the file's, or a square where the units fill one.
  var pictureShape: (height: Int, width: Int) {
    if let shape = metadata.imageShape, shape.height * shape.width == machine.variableCount {
      return shape
    }
    let side = Int(Double(machine.variableCount).squareRoot())
    return side * side == machine.variableCount ? (side, side) : (1, machine.variableCount)
  }
}
