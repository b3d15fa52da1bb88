import Foundation
import Joule

/// The records of a run: written to metrics.jsonl, and kept for the display.
final class RunRecords {
  private let log: MetricsLog
  private(set) var count: Int
  /// The scores of the last scored epoch.
  private(set) var latest: EpochScores?

  /// - Throws: when records that a resumed run has kept cannot be read.
  init(log: MetricsLog) throws {
    self.log = log
    count = log.keptCount
    latest = count > 0 ? Self.epochs(in: try MetricsLog.records(log.path)).last : nil
  }

  /// The scores of epochs among the records of a log.
  static func epochs(in records: [JSON]) -> [EpochScores] {
    records.compactMap { record in
      guard record["record"]?.stringValue == "epoch" else { return nil }
      return try? JSONDecoder().decode(EpochScores.self, from: Data(record.text.utf8))
    }
  }

  func append(_ scores: EpochScores) throws {
    latest = scores
    try append(record: scores)
  }

  /// Adds anything that encodes as an object.
  func append(record: some Encodable) throws {
    try log.append(try JSON(parsing: try encodeJSON(record, pretty: false)))
    count += 1
  }

  /// The number of records, all of them on the disk.
  func settle() throws -> Int {
    try log.synchronize()
    return count
  }
}

/// One record of metrics.jsonl.
struct EpochScores: Codable {
  var record = "epoch"
  var epoch: Int
  var step: Int
  /// The learning rate at the epoch's end.
  var learningRate: Double
  /// Training time alone, without scores and checkpoints.
  var seconds: Double
  /// The same since the run began, interruptions left out.
  var trainingSeconds: Double?
  var samplesPerSecond: Double
  /// Exact over the sampled variables and rows, per variable, in nats.
  var pseudoLogLikelihood: Double
  var validationPseudoLogLikelihood: Double?
  var meanFreeEnergy: Double
  var validationMeanFreeEnergy: Double?
  /// Mean free energy of validation rows less that of training rows: it grows with over-fitting.
  var freeEnergyGap: Double?
  var reconstructionError: Double
  var largestWeight: Double

  enum CodingKeys: String, CodingKey {
    case record, epoch, step, seconds
    case learningRate = "learning_rate"
    case trainingSeconds = "training_seconds"
    case samplesPerSecond = "samples_per_second"
    case pseudoLogLikelihood = "pseudo_log_likelihood"
    case validationPseudoLogLikelihood = "validation_pseudo_log_likelihood"
    case meanFreeEnergy = "mean_free_energy"
    case validationMeanFreeEnergy = "validation_mean_free_energy"
    case freeEnergyGap = "free_energy_gap"
    case reconstructionError = "reconstruction_error"
    case largestWeight = "largest_weight"
  }
}
