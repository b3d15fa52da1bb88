import Foundation
import Joule

/// What model files say beside their model: the text of `joule.config`.
struct ModelMetadata {
  static let version = "1"

  /// The object, members that this version does not know included.
  let json: JSON

  /// What an archive says; nothing, where it says nothing that can be read.
  init(of archive: Archive) {
    let text = archive.metadata["joule.config"] ?? "{}"
    let parsed = try? JSON(parsing: text)
    json = parsed?.members == nil ? .object([]) : parsed ?? .object([])
  }

  /// The shape of every row as an image.
  var imageShape: (height: Int, width: Int)? {
    guard let height = json["image_height"]?.integerValue,
      let width = json["image_width"]?.integerValue, height > 0, width > 0
    else { return nil }
    return (height, width)
  }

  /// The options that the model was trained with, in words; nil where the file does not tell, or
  /// nothing trains the kind.
  func trainingSummary(of kind: any ModelKind.Type) -> [(String, String)]? {
    guard let training = json["training"], let kind = kind as? any TrainableKind.Type else {
      return nil
    }
    return kind.trainingSummary(training)
  }
}

extension TrainableKind {
  fileprivate static func trainingSummary(_ training: JSON) -> [(String, String)]? {
    try? JSONDecoder().decode(
      RunConfiguration<Settings>.self, from: Data(training.text.utf8)
    ).summary
  }

  /// Writes a trained model.
  static func save(
    _ model: Model, configuration: RunConfiguration<Settings>, standardization: Standardization?,
    to path: String
  ) throws {
    var archive = Archive()
    model.archive(into: &archive)
    standardization?.archive(into: &archive, prefix: Standardization.prefix)
    archive.metadata["joule.model"] = name
    archive.metadata["joule.version"] = ModelMetadata.version
    archive.metadata["joule.config"] = try encodeJSON(
      WrittenMetadata(
        imageHeight: configuration.common.imageHeight,
        imageWidth: configuration.common.imageWidth, training: configuration), pretty: false)
    try ModelFile.save(archive, to: path)
  }
}

extension ModelKind {
  /// Writes a model that no training run made.
  func save(
    to path: String, standardization: Standardization? = nil,
    imageShape: (height: Int, width: Int)? = nil
  ) throws {
    var archive = Archive()
    model.archive(into: &archive)
    standardization?.archive(into: &archive, prefix: Standardization.prefix)
    archive.metadata["joule.model"] = Self.name
    archive.metadata["joule.version"] = ModelMetadata.version
    if let imageShape {
      archive.metadata["joule.config"] =
        JSON.object([
          .init("image_height", JSON(imageShape.height)),
          .init("image_width", JSON(imageShape.width)),
        ]).text
    }
    try ModelFile.save(archive, to: path)
  }
}

/// The object of `joule.config` in a model file.
private struct WrittenMetadata<Settings: KindSettings>: Encodable {
  var imageHeight: Int?
  var imageWidth: Int?
  var training: RunConfiguration<Settings>

  enum CodingKeys: String, CodingKey {
    case training
    case imageHeight = "image_height"
    case imageWidth = "image_width"
  }
}
