import Foundation
import Joule

/// All that determines a training run, as `config.json` and checkpoints keep it.
struct RunConfiguration: Codable, Equatable {
  /// The training data, so that a resumed run can be sure to see the same.
  struct Data: Codable, Equatable {
    var path: String
    var rows: Int
    var columns: Int
    var checksum: String
  }

  var model = "rbm"
  var data: Data
  var validation: String?
  var imageHeight: Int?
  var imageWidth: Int?
  var hidden: Int
  var method: Method
  var gibbsSteps: Int
  var chains: Int
  var centering: Bool
  var epochs: Int
  var batchSize: Int
  var binarize: Binarization
  var optimizer: OptimizerName
  var learningRate: Double
  var schedule: ScheduleName
  var finalRate: Double
  var momentum: Double
  var nesterov: Bool
  var weightDecay: Double
  var l1: Double
  var seed: UInt64

  enum Method: String, Codable, CaseIterable { case cd, pcd }
  enum OptimizerName: String, Codable, CaseIterable { case sgd, adam }
  enum ScheduleName: String, Codable, CaseIterable {
    case constant, linear, exponential
    case inverseTime = "inverse-time"
  }

  enum CodingKeys: String, CodingKey {
    case model, data, validation, hidden, method, chains, centering, epochs, binarize, optimizer
    case schedule, momentum, nesterov, l1, seed
    case imageHeight = "image_height"
    case imageWidth = "image_width"
    case gibbsSteps = "gibbs_steps"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case finalRate = "final_rate"
    case weightDecay = "weight_decay"
  }

  var key: RandomKey { RandomKey(seed: seed) }

  var imageShape: (height: Int, width: Int)? {
    guard let imageHeight, let imageWidth else { return nil }
    return (imageHeight, imageWidth)
  }

  /// The schedule; the final rate is a fraction of the first.
  var rateSchedule: Schedule {
    switch schedule {
    case .constant: .constant
    case .linear: .linear(to: finalRate)
    case .exponential: .exponential(to: finalRate)
    case .inverseTime: .inverseTime(to: finalRate)
    }
  }

  var plan: TrainingPlan {
    TrainingPlan(
      epochs: epochs, batchSize: batchSize, learningRate: learningRate, schedule: rateSchedule,
      regularizer: Regularizer(l1: l1, l2: weightDecay), binarization: binarize,
      key: key.folded("training"))
  }

  /// The options in words, for a report.
  var summary: [(String, String)] {
    [
      ("Data", "\(data.path): \(format(data.rows)) rows of \(data.columns)"),
      ("Validation data", validation ?? "none"),
      ("Binarization", binarize.rawValue),
      ("Hidden units", String(hidden)),
      (
        "Method",
        method == .pcd
          ? "persistent contrastive divergence, \(chains) chains, \(gibbsSteps) step(s) an update"
          : "contrastive divergence, CD-\(gibbsSteps)"
      ),
      ("Centring", centering ? "on" : "off"),
      ("Epochs", String(epochs)),
      ("Batch size", String(batchSize)),
      (
        "Optimizer",
        optimizer == .adam
          ? "Adam" : "SGD, momentum \(format(shortest: momentum))" + (nesterov ? ", Nesterov" : "")
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

extension RunConfiguration.Data {
  init(_ data: LoadedData) {
    self.init(
      path: data.path, rows: data.dataset.rowCount, columns: data.dataset.columnCount,
      checksum: String(data.dataset.checksum, radix: 16))
  }
}
