import Joule

/// A model file, read.
struct LoadedModel {
  let path: String
  let kind: any ModelKind
  let metadata: ModelMetadata
  /// How data become the model's own units; nil where they are.
  let standardization: Standardization?

  /// A file of Joule's, or anyone's that holds the three tensors of a restricted Boltzmann machine.
  init(_ path: String) throws {
    var archive = try ModelFile.load(path)
    if archive.metadata["joule.kind"] == runCheckpointKind {
      throw Failure("\(path) is a checkpoint: the model is beside it, in model.safetensors")
    }
    let name = archive.metadata["joule.model"] ?? RBMKind.name
    guard let type = ModelCatalog.kind(named: name) else {
      throw Failure(
        "\(path) holds a model of kind '\(name)'; this version knows \(ModelCatalog.names)")
    }
    do {
      standardization = try Standardization(takenFrom: &archive)
      kind = try type.load(archive)
    } catch {
      throw Failure("\(path) is not \(type.title): \(error)")
    }
    if let standardization {
      try require(
        standardization.width == kind.variableCount,
        "\(path) makes \(standardization.width) columns of data, and its model has "
          + "\(kind.variableCount) variables")
    }
    self.path = path
    metadata = ModelMetadata(of: archive)
  }

  var type: any ModelKind.Type { Swift.type(of: kind) }

  /// The columns of its data: a category is one, of however many variables.
  var columnCount: Int { standardization?.columnCount ?? kind.variableCount }

  /// The rows of a file in the model's own units.
  ///
  /// - Parameter allowingMissing: whether NaN may stand for a value that is not known.
  /// - Throws: when they cannot be rows of this model.
  func rows(
    of data: LoadedData, binarization: Binarization, allowingMissing: Bool = false
  ) throws -> ModelRows {
    let data = data.widened(to: columnCount)
    try type.values.check(data, allowingMissing: allowingMissing)
    try type.values.check(binarization)
    try data.requireColumns(columnCount, of: "the model")
    try require(data.dataset.rowCount > 0, "\(data.path) holds no rows")
    try kind.check(data, allowingMissing: allowingMissing)
    return ModelRows(data.dataset, binarization: binarization, standardization)
  }

  /// The shape to draw rows in: the file's, or a square where the units fill one.
  var pictureShape: (height: Int, width: Int) {
    let count = columnCount
    if let shape = metadata.imageShape, shape.height * shape.width == count { return shape }
    let side = Int(Double(count).squareRoot())
    return side * side == count ? (side, side) : (1, count)
  }
}

extension ModelRows {
  /// Rows of data as a model that was trained on standardized columns takes them.
  init(_ dataset: Dataset, binarization: Binarization, _ standardization: Standardization?) {
    self.init(
      dataset: standardization?.standardized(dataset) ?? dataset, binarization: binarization,
      energyOffset: standardization?.logVolume ?? 0)
  }
}

extension VariableValues {
  /// Only what is a probability can become 0 and 1.
  func check(_ binarization: Binarization) throws(Failure) {
    try require(
      self == .unit || binarization == .none,
      "--binarize is for models of bits, and this one's variables are any numbers: leave it out")
  }
}

extension Standardization {
  static let prefix = "standardization."

  /// The standardization of an archive, which then holds what the model wrote and nothing else; nil
  /// where it has none.
  init?(takenFrom archive: inout Archive) throws(ArchiveError) {
    guard archive.tensors.keys.contains(where: { $0.hasPrefix(Self.prefix) }) else { return nil }
    try self.init(from: archive, prefix: Self.prefix)
    for name in archive.tensors.keys where name.hasPrefix(Self.prefix) {
      archive.tensors[name] = nil
    }
  }
}
