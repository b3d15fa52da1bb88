import Foundation
import Joule

/// What `joule classify` prints.
struct ClassificationReport: Encodable {
  let rows: Int
  /// How many rows each class is the most probable of.
  let decisions: [Int]
  /// The mean probability of the most probable class.
  let meanConfidence: Double
  /// Nil without labels.
  let scores: ClassificationScores?

  enum CodingKeys: String, CodingKey {
    case rows, decisions, scores
    case meanConfidence = "mean_confidence"
  }

  /// - Parameters:
  ///   - logProbabilities: `[rows, classes]`.
  ///   - labels: one a row, or none.
  init(logProbabilities: Tensor<Double>, labels: [Int]?) {
    rows = logProbabilities.shape[0]
    var counts = [Int](repeating: 0, count: logProbabilities.shape[1])
    for decision in logProbabilities.argmax(along: 1) { counts[decision] += 1 }
    decisions = counts
    meanConfidence = logProbabilities.max(along: 1).exp().mean()
    scores = labels.map { ClassificationScores(logProbabilities: logProbabilities, labels: $0) }
  }

  var text: String {
    var lines = [
      ["rows", JouleCLI.format(rows), ""],
      [
        "mean confidence", JouleCLI.format(meanConfidence, digits: 4),
        "the probability of the class decided for",
      ],
    ]
    guard let scores else {
      let table = TextTable.lines(
        heads: ["class", "rows"],
        rows: decisions.enumerated().map { ["\($0)", JouleCLI.format($1)] })
      return (summary(lines) + [""] + table).joined(separator: "\n")
    }
    lines += [
      [
        "error", percent(scores.error.value),
        "\(JouleCLI.format(scores.error.count)) rows; 95 % from \(percent(scores.error.lower)) to "
          + percent(scores.error.upper),
      ],
      [
        "−log p(label)", JouleCLI.format(scores.negativeLogLikelihood, digits: 4),
        "nats a row; \(JouleCLI.format(log(Double(decisions.count)), digits: 4)) without any sense",
      ],
      [
        "calibration error", percent(scores.calibration.expectedError),
        "mean difference of confidence and accuracy over the bins below",
      ],
    ]
    return (summary(lines) + [""] + calibration(scores) + [""] + confusion(scores))
      .joined(separator: "\n")
  }

  private func summary(_ rows: [[String]]) -> [String] {
    TextTable.lines(heads: nil, rows: rows, alignsLastLeft: true)
  }

  private func calibration(_ scores: ClassificationScores) -> [String] {
    TextTable.lines(
      heads: ["confidence", "rows", "mean", "accuracy", "95 % from", "to"],
      rows: scores.calibration.bins.compactMap { bin in
        guard let mean = bin.meanConfidence, let accuracy = bin.accuracy else { return nil }
        return [
          "\(JouleCLI.format(bin.lower, digits: 1)) to \(JouleCLI.format(bin.upper, digits: 1))",
          JouleCLI.format(bin.count), percent(mean), percent(accuracy.value),
          percent(accuracy.lower), percent(accuracy.upper),
        ]
      })
  }

  /// Labels down, classes decided for across; too many classes would fill pages.
  private func confusion(_ scores: ClassificationScores) -> [String] {
    guard decisions.count <= Self.mostClasses else {
      return ["The confusion matrix of \(decisions.count) classes is in --format json."]
    }
    return TextTable.lines(
      heads: ["label"] + decisions.indices.map { "→ \($0)" },
      rows: scores.confusion.enumerated().map { label, row in
        ["\(label)"] + row.map { $0 == 0 ? "·" : JouleCLI.format($0) }
      })
  }

  private static let mostClasses = 20

  private func percent(_ value: Double) -> String {
    JouleCLI.format(100 * value, digits: 2) + " %"
  }
}
