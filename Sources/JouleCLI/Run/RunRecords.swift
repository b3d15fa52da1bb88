import Foundation
import Joule

/// The records of a run: written to metrics.jsonl, and kept for the display.
final class RunRecords {
  private let log: MetricsLog
  private(set) var count: Int
  /// The last scored epoch.
  private(set) var latest: EpochRecord?

  /// - Throws: when records that a resumed run has kept cannot be read.
  init(log: MetricsLog) throws {
    self.log = log
    count = log.keptCount
    latest = count > 0 ? Self.epochs(in: try MetricsLog.records(log.path)).last : nil
  }

  /// The scored epochs among the records of a log.
  static func epochs(in records: [JSON]) -> [EpochRecord] {
    records.compactMap { record in
      guard record["record"]?.stringValue == EpochRecord.kind else { return nil }
      return try? JSONDecoder().decode(EpochRecord.self, from: Data(record.text.utf8))
    }
  }

  func append(_ epoch: EpochRecord) throws {
    latest = epoch
    try append(record: epoch)
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

/// One record of metrics.jsonl: something that the run's owner should know.
struct AdviceRecord: Codable {
  static let kind = "advice"

  var record = AdviceRecord.kind
  var epoch: Int
  var about: String
  var text: String

  init(epoch: Int, _ advice: TrainingAdvice) {
    self.epoch = epoch
    about = advice.kind.rawValue
    text = advice.text
  }

  /// The texts among the records of a log, each once.
  static func texts(in records: [JSON]) -> [String] {
    var texts: [String] = []
    for record in records where record["record"]?.stringValue == kind {
      guard let text = record["text"]?.stringValue, let epoch = record["epoch"]?.integerValue,
        !texts.contains(where: { $0.hasSuffix(text) })
      else { continue }
      texts.append("after epoch \(epoch), \(text)")
    }
    return texts
  }
}

/// One record of metrics.jsonl: how fast an epoch was, and the scores of the kind beside it.
struct EpochRecord: Codable {
  static let kind = "epoch"

  var record = EpochRecord.kind
  var epoch: Int
  var step: Int
  /// The learning rate at the epoch's end.
  var learningRate: Double
  /// Training time alone, without scores and checkpoints.
  var seconds: Double
  /// The same since the run began, interruptions left out.
  var trainingSeconds: Double?
  var samplesPerSecond: Double
  /// By name, in the same object.
  var scores: [String: Double] = [:]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case record, epoch, step, seconds
    case learningRate = "learning_rate"
    case trainingSeconds = "training_seconds"
    case samplesPerSecond = "samples_per_second"
  }

  private struct ScoreKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension EpochRecord {
  init(from decoder: any Decoder) throws {
    let fixed = try decoder.container(keyedBy: CodingKeys.self)
    record = try fixed.decode(String.self, forKey: .record)
    epoch = try fixed.decode(Int.self, forKey: .epoch)
    step = try fixed.decode(Int.self, forKey: .step)
    learningRate = try fixed.decode(Double.self, forKey: .learningRate)
    seconds = try fixed.decode(Double.self, forKey: .seconds)
    trainingSeconds = try fixed.decodeIfPresent(Double.self, forKey: .trainingSeconds)
    samplesPerSecond = try fixed.decode(Double.self, forKey: .samplesPerSecond)
    let others = try decoder.container(keyedBy: ScoreKey.self)
    for key in others.allKeys where CodingKeys(stringValue: key.stringValue) == nil {
      // A score that is not finite is written as text, and has no place in a curve.
      scores[key.stringValue] = try? others.decode(Double.self, forKey: key)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fixed = encoder.container(keyedBy: CodingKeys.self)
    try fixed.encode(record, forKey: .record)
    try fixed.encode(epoch, forKey: .epoch)
    try fixed.encode(step, forKey: .step)
    try fixed.encode(learningRate, forKey: .learningRate)
    try fixed.encode(seconds, forKey: .seconds)
    try fixed.encodeIfPresent(trainingSeconds, forKey: .trainingSeconds)
    try fixed.encode(samplesPerSecond, forKey: .samplesPerSecond)
    var others = encoder.container(keyedBy: ScoreKey.self)
    for (name, value) in scores { try others.encode(value, forKey: ScoreKey(stringValue: name)) }
  }
}
