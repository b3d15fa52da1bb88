import Joule

/// The data of a run: as their files hold them, and as the model takes them.
struct RunData {
  let training: LoadedData
  let validation: LoadedData?
  let standardization: Standardization?
  let trainingRows: ModelRows
  let validationRows: ModelRows?

  /// - Throws: when the data do not fit the configuration.
  /// - Precondition: the values of both are checked, as far as all models of the kind ask for the same.
  init<Kind: TrainableKind>(
    of kind: Kind.Type, training: LoadedData, validation: LoadedData?,
    _ configuration: RunConfiguration<Kind.Settings>
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
    trainingRows = rows(training)
    validationRows = validation.map(rows)
  }

  /// What a trained model is judged on: rows held out, else the training rows.
  var judged: (path: String, rows: ModelRows) {
    if let validation, let validationRows { return (validation.path, validationRows) }
    return (training.path, trainingRows)
  }
}
