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

  /// - Precondition: the values of both are checked.
  init<Kind: TrainableKind>(
    _ kind: Kind.Type, training: LoadedData, validation: LoadedData?,
    configuration: RunConfiguration<Kind.Settings>
  ) throws {
    self.training = training
    self.validation = validation
    let settings = configuration.common
    let standardization =
      settings.standardize == true ? Standardization(of: training.dataset) : nil
    self.standardization = standardization
    func rows(_ data: LoadedData) -> ModelRows {
      ModelRows(data.dataset, binarization: settings.binarize, standardization)
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
