import ArgumentParser
import Foundation
import Joule

/// `joule score`.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Scores every row of data, and says how well the scores find anomalies.",
    discussion: """
      A model whose density is known gives log-densities, any other energies: then lower is likelier, up \
      to a constant that the rows share. With --labels (0 normal, 1 anomaly, one a row) the area under the \
      ROC curve and the average precision are added, each with a 95 % interval (DeLong; binomial); the \
      higher energy is taken for the anomaly.

      joule score run/model.safetensors --data test.csv --output scores.csv
      joule score run/model.safetensors --data test.csv --labels labels.csv --format json
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(help: "The rows to score.")
  var data: String
  @Option(help: "What each row is, 0 normal or 1 anomaly: a CSV or NPY file.")
  var labels: String?
  @Option(help: "How values in [0, 1] become 0 and 1.")
  var binarize = Binarization.none
  @Option(help: "Write the scores to an NPY or CSV file instead of printing them.")
  var output: String?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    if let output {
      try require(
        output.lowercased().hasSuffix(".npy") || output.lowercased().hasSuffix(".csv"),
        "--output must end in .npy or .csv, got '\(output)'")
    }
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    let rows = try loaded.rows(
      of: try DataFile.load(data), binarization: binarize,
      allowingMissing: loaded.type.allowsMissing)
    let isAnomaly = try labels.map { try Self.labels($0, rows: rows.dataset.rowCount) }
    let energies = loaded.kind.energies(
      of: rows, key: RandomKey(seed: seed).folded("score"), on: workers)
    if let row = energies.firstIndex(where: { $0.isNaN }) {
      throw Failure("the energy of row \(row + 1) of \(data) is not a number")
    }
    let report = ScoreReport(
      energies: energies, isNormalized: loaded.type.isNormalized, isAnomaly: isAnomaly)
    if let output {
      if output.lowercased().hasSuffix(".npy") {
        try AtomicFile.write(
          NPY.encode(report.scores, shape: [report.scores.count]), to: output)
      } else {
        try AtomicFile.write(report.table, to: output)
      }
    }
    switch format {
    case .json: print(try encodeJSON(report.withoutScores(output != nil), pretty: true))
    case .text: print((output == nil ? report.table + "\n" : "") + report.text)
    }
  }

  /// Whether each row is an anomaly.
  private static func labels(_ path: String, rows: Int) throws -> [Bool] {
    let table = try NumberTable.load(path)
    try require(
      table.values.count == rows,
      "\(path) has \(table.values.count) labels, and the data \(rows) rows")
    if let row = table.values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw Failure(
        "\(path) holds \(JouleCLI.format(shortest: table.values[row])) as label \(row + 1): a label is "
          + "0 (normal) or 1 (anomaly)")
    }
    let isAnomaly = table.values.map { $0 == 1 }
    try require(
      isAnomaly.contains(true) && isAnomaly.contains(false),
      "\(path) holds rows of one class only: to tell two apart takes labels of both, 0 and 1")
    return isAnomaly
  }
}

/// What `joule score` prints.
struct ScoreReport: Encodable {
  /// "log_density" or "energy".
  let quantity: String
  let rows: Int
  let mean: MeanEstimate
  /// By row; nil where they went to a file.
  private(set) var scores: [Double]
  private var keepsScores = true
  let anomalies: Anomalies?

  struct Anomalies: Encodable {
    let count: Int
    let areaUnderROC: BinaryRanking.Figure
    let averagePrecision: BinaryRanking.Figure

    enum CodingKeys: String, CodingKey {
      case count
      case areaUnderROC = "roc_auc"
      case averagePrecision = "average_precision"
    }
  }

  init(energies: [Double], isNormalized: Bool, isAnomaly: [Bool]?) {
    quantity = isNormalized ? "log_density" : "energy"
    scores = isNormalized ? energies.map { -$0 } : energies
    rows = energies.count
    mean = MeanEstimate(of: scores)
    anomalies = isAnomaly.map { isAnomaly in
      let ranking = BinaryRanking(scores: energies, isPositive: isAnomaly)
      return Anomalies(
        count: ranking.positiveCount, areaUnderROC: ranking.areaUnderROC,
        averagePrecision: ranking.averagePrecision)
    }
  }

  /// The same without its scores, where they were written elsewhere.
  func withoutScores(_ leavesOut: Bool) -> ScoreReport {
    var report = self
    report.keepsScores = !leavesOut
    return report
  }

  enum CodingKeys: String, CodingKey { case quantity, rows, mean, scores, anomalies }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(quantity, forKey: .quantity)
    try container.encode(rows, forKey: .rows)
    try container.encode(mean, forKey: .mean)
    if keepsScores { try container.encode(scores, forKey: .scores) }
    try container.encodeIfPresent(anomalies, forKey: .anomalies)
  }

  /// A header, then a line a row, with every digit.
  var table: String {
    ([quantity] + scores.map { "\($0)" }).joined(separator: "\n") + "\n"
  }

  var text: String {
    let name = quantity == "energy" ? "mean energy" : "mean log-density"
    var lines = [
      ("rows", JouleCLI.format(rows), ""),
      (
        name, JouleCLI.format(mean.mean, digits: 4),
        "nats a row, ± " + JouleCLI.format(mean.standardError, digits: 4)
      ),
    ]
    if let anomalies {
      func add(_ name: String, _ figure: BinaryRanking.Figure, _ meaning: String) {
        lines.append(
          (
            name, JouleCLI.format(figure.value, digits: 4),
            "95 % from \(JouleCLI.format(figure.lower, digits: 4)) to "
              + "\(JouleCLI.format(figure.upper, digits: 4)); \(meaning)"
          ))
      }
      lines.append(("anomalies", JouleCLI.format(anomalies.count), "labelled 1"))
      add("ROC-AUC", anomalies.areaUnderROC, "0.5 without any sense")
      let share = JouleCLI.format(Double(anomalies.count) / Double(rows), digits: 4)
      add("average precision", anomalies.averagePrecision, "\(share) without any sense")
    }
    return TextTable.lines(
      heads: nil, rows: lines.map { [$0.0, $0.1, $0.2] }, alignsLastLeft: true
    ).joined(separator: "\n")
  }
}
