/// What a kind has to know whose gradient an estimator of machines of two blocks gives.
protocol EstimatedSettings: KindSettings {
  /// Whether the estimator is used at all, so that a report tells of it.
  var isEstimated: Bool { get }
}

extension EstimatedSettings {
  var isEstimated: Bool { true }
}

/// The settings of a kind and those of its estimator, side by side in one object.
struct WithEstimator<Model: EstimatedSettings>: KindSettings {
  var model: Model
  var estimator: EstimatorSettings

  init(_ model: Model, _ estimator: EstimatorSettings) {
    self.model = model
    self.estimator = estimator
  }

  init(from decoder: any Decoder) throws {
    model = try Model(from: decoder)
    estimator = try EstimatorSettings(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    try estimator.encode(to: encoder)
  }

  var summary: [(String, String)] {
    model.summary + (model.isEstimated ? estimator.summary : [])
  }
}
