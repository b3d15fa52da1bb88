import Joule

/// What `joule train rbm` alone has to know.
struct RBMSettings: KindSettings {
  var hidden: Int
  var estimator: EstimatorSettings

  enum CodingKeys: String, CodingKey { case hidden }

  init(hidden: Int, estimator: EstimatorSettings) {
    self.hidden = hidden
    self.estimator = estimator
  }

  init(from decoder: any Decoder) throws {
    hidden = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .hidden)
    estimator = try EstimatorSettings(from: decoder)
  }

  /// All in one object.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(hidden, forKey: .hidden)
    try estimator.encode(to: encoder)
  }

  var summary: [(String, String)] { [("Hidden units", String(hidden))] + estimator.summary }
}
