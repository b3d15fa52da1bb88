import Foundation
import Joule

/// All that determines a training run, as `config.json` and checkpoints keep it: what runs of every kind
/// have, and the settings of one kind, side by side in one object.
struct RunConfiguration<Settings: KindSettings>: Codable, Equatable, Sendable {
  var common: CommonSettings
  var own: Settings

  init(common: CommonSettings, own: Settings) {
    self.common = common
    self.own = own
  }

  init(from decoder: any Decoder) throws {
    common = try CommonSettings(from: decoder)
    own = try Settings(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try common.encode(to: encoder)
    try own.encode(to: encoder)
  }

  var key: RandomKey { RandomKey(seed: common.seed) }

  /// The schedule; the final rate is a fraction of the first.
  private var rateSchedule: Schedule {
    switch common.schedule {
    case .constant: .constant
    case .linear: .linear(to: common.finalRate)
    case .exponential: .exponential(to: common.finalRate)
    case .inverseTime: .inverseTime(to: common.finalRate)
    }
  }

  /// What the common settings say of the plan.
  var plan: TrainingPlan {
    TrainingPlan(
      epochs: common.epochs, batchSize: common.batchSize, learningRate: common.learningRate,
      schedule: rateSchedule, regularizer: Regularizer(l1: common.l1, l2: common.weightDecay),
      binarization: common.binarize, key: key.folded("training"))
  }

  /// The optimizer that the common settings name.
  var optimizer: any Optimizer {
    switch common.optimizer {
    case .sgd: SGD(momentum: common.momentum, nesterov: common.nesterov)
    case .adam: Adam(beta1: common.beta1 ?? CommonSettings.usualBeta1)
    }
  }

  /// The options in words, for a report.
  var summary: [(String, String)] {
    common.dataSummary + own.summary + common.trainingSummary
  }
}

/// The settings that one kind of model adds to a run.
protocol KindSettings: Codable, Equatable, Sendable {
  /// The settings in words, for a report.
  var summary: [(String, String)] { get }
}

/// The training data, so that a resumed run can be sure to see the same.
struct DataSource: Codable, Equatable, Sendable {
  var path: String
  var rows: Int
  var columns: Int
  var checksum: String

  init(_ data: LoadedData) {
    path = data.path
    rows = data.dataset.rowCount
    columns = data.dataset.columnCount
    checksum = String(data.dataset.checksum, radix: 16)
  }
}

/// The settings of a run of any kind.
struct CommonSettings: Codable, Equatable, Sendable {
  /// The name of the kind.
  var model: String
  var data: DataSource
  var validation: String?
  /// A file that says which values are given.
  var mask: String?
  /// A file of row weights, and the checksum of what it held.
  var weights: String?
  var weightsChecksum: String?
  /// The share of equal columns that makes rows alike, so that their weights fall.
  var similarity: Double?
  var imageHeight: Int?
  var imageWidth: Int?
  /// Whether columns are standardized; nil where the kind's data never are.
  var standardize: Bool?
  var epochs: Int
  var batchSize: Int
  var binarize: Binarization
  var optimizer: OptimizerName
  var learningRate: Double
  var schedule: ScheduleName
  var finalRate: Double
  var momentum: Double
  var nesterov: Bool
  /// β₁ of Adam; nil for the usual one.
  var beta1: Double?
  var weightDecay: Double
  var l1: Double
  var seed: UInt64

  static let usualBeta1 = 0.9

  enum OptimizerName: String, Codable, CaseIterable, Sendable { case sgd, adam }
  enum ScheduleName: String, Codable, CaseIterable, Sendable {
    case constant, linear, exponential
    case inverseTime = "inverse-time"
  }

  enum CodingKeys: String, CodingKey {
    case model, data, validation, mask, weights, similarity, standardize, epochs, binarize,
      optimizer,
      schedule, momentum
    case nesterov, beta1, l1, seed
    case weightsChecksum = "weights_checksum"
    case imageHeight = "image_height"
    case imageWidth = "image_width"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case finalRate = "final_rate"
    case weightDecay = "weight_decay"
  }

  var imageShape: (height: Int, width: Int)? {
    guard let imageHeight, let imageWidth else { return nil }
    return (imageHeight, imageWidth)
  }

  fileprivate var dataSummary: [(String, String)] {
    [
      ("Data", "\(data.path): \(format(data.rows)) rows of \(data.columns)"),
      ("Validation data", validation ?? "none"), ("Mask", mask ?? "none"),
      ("Row weights", weightsSummary),
      standardize.map { ("Standardization", $0 ? "every column" : "none") }
        ?? ("Binarization", binarize.rawValue),
    ]
  }

  fileprivate var trainingSummary: [(String, String)] {
    [
      ("Epochs", String(epochs)),
      ("Batch size", String(batchSize)),
      (
        "Optimizer",
        optimizer == .adam
          ? "Adam, β₁ = \(format(shortest: beta1 ?? Self.usualBeta1))"
          : "SGD, momentum \(format(shortest: momentum))" + (nesterov ? ", Nesterov" : "")
      ),
      (
        "Learning rate",
        schedule == .constant
          ? "\(format(shortest: learningRate)), constant"
          : "\(format(shortest: learningRate)) to \(format(shortest: learningRate * finalRate)), "
            + schedule.rawValue
      ),
      ("Weight decay (L2), L1", "\(format(shortest: weightDecay)), \(format(shortest: l1))"),
      ("Seed", String(seed)),
    ]
  }
}
