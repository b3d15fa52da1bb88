import Joule

/// The data of a run: as their files hold them, and as the model takes them.
struct RunData {
  let training: LoadedData
  let validation: LoadedData?
  let standardization: Standardization?
  let trainingRows: ModelRows
  let validationRows: ModelRows?

  /// - Precondition: the values of both are checked.
  init(training: LoadedData, validation: LoadedData?, settings: CommonSettings) {
    self.training = training
    self.validation = validation
    let standardization =
      settings.standardize == true ? Standardization(of: training.dataset) : nil
    self.standardization = standardization
    func rows(_ data: LoadedData) -> ModelRows {
      ModelRows(data.dataset, binarization: settings.binarize, standardization)
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
