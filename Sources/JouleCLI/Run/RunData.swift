import Joule

/// The data of a run: as their files hold them, and as the model takes them.
struct RunData {
  let training: LoadedData
  let validation: LoadedData?
  let standardization: Standardization?
  /// The rows of the files.
  let fileRows: (training: ModelRows, validation: ModelRows?)
  /// What the model learns from.
  let trainingRows: ModelRows
  /// What it is watched on.
  let validationRows: ModelRows?

  /// - Throws: when the data do not fit the configuration.
  /// - Precondition: the values of both are checked, as far as all models of the kind ask for the same.
  init<Kind: TrainableKind>(
    _ kind: Kind.Type, training: LoadedData, validation: LoadedData?,
    configuration: RunConfiguration<Kind.Settings>
  ) throws {
    self.training = training
    self.validation = validation
    for data in [training, validation].compactMap({ $0 }) {
      try Kind.check(data, configuration)
    }
    let standardization = Kind.coding(configuration, of: training)
    self.standardization = standardization
    func rows(_ data: LoadedData) -> ModelRows {
      ModelRows(data.dataset, binarization: configuration.common.binarize, standardization)
    }
    fileRows = (rows(training), validation.map(rows))
    trainingRows = try Kind.learntRows(fileRows.training, isHeldOut: false, configuration)
    validationRows = try fileRows.validation.map {
      try Kind.learntRows($0, isHeldOut: true, configuration)
    }
  }

  /// What a trained model is judged on: rows held out, else the training rows.
  var judged: (path: String, rows: ModelRows) {
    if let validation, let rows = fileRows.validation { return (validation.path, rows) }
    return (training.path, fileRows.training)
  }
}

extension Dataset {
  /// The first column of which no row has a value; nil where there is none.
  var firstMissingColumn: Int? {
    guard hasMissing else { return nil }
    var isEmpty = [Bool](repeating: true, count: columnCount)
    for block in rowBlocks {
      let rows: Tensor<Float> = batch(block)
      for (place, value) in rows.elements.enumerated() where !value.isNaN {
        isEmpty[place % columnCount] = false
      }
    }
    return isEmpty.firstIndex(of: true)
  }
}
