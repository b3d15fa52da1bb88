public import JouleTensor

/// How well probabilities of classes foretell labels.
public struct ClassificationScores: Sendable, Equatable, Codable {
  /// Rows whose most probable class is not their label.
  public let error: Proportion
  /// The mean of −log p(label | x), in nats.
  public let negativeLogLikelihood: Double
  /// Rows by label (first) and by most probable class (second).
  public let confusion: [[Int]]
  public let calibration: Calibration

  enum CodingKeys: String, CodingKey {
    case error, confusion, calibration
    case negativeLogLikelihood = "negative_log_likelihood"
  }

  /// - Parameters:
  ///   - logProbabilities: log p(y | x), `[rows, classes]`, in nats.
  ///   - labels: one a row, among the classes.
  /// - Precondition: there is at least one row.
  public init(logProbabilities: Tensor<Double>, labels: [Int]) {
    let classCount = logProbabilities.shape[1]
    precondition(
      labels.count == logProbabilities.shape[0] && !labels.isEmpty,
      "\(labels.count) labels for probabilities of shape \(logProbabilities.shape)")
    precondition(
      labels.allSatisfy { (0..<classCount).contains($0) }, "labels lie in 0..<\(classCount)")
    let decisions = logProbabilities.argmax(along: 1)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (label, decision) in zip(labels, decisions) { confusion[label][decision] += 1 }
    self.confusion = confusion
    error = Proportion(zip(labels, decisions).count { $0 != $1 }, of: labels.count)
    negativeLogLikelihood =
      -labels.indices.reduce(0) { $0 + logProbabilities[$1, labels[$1]] } / Double(labels.count)
    let confidences = logProbabilities.max(along: 1).exp().elements
    calibration = Calibration(
      confidences: confidences, isCorrect: zip(labels, decisions).map { $0 == $1 })
  }
}

/// Whether a classifier is right as often as it says: its confidence, the probability of the class that it
/// decides for, beside how often that is the label.
public struct Calibration: Sendable, Equatable, Codable {
  /// Rows of similar confidence.
  public struct Bin: Sendable, Equatable, Codable {
    /// Confidences above `lower` and up to `upper`; the first bin has 0 too.
    public let lower: Double
    public let upper: Double
    public let count: Int
    /// Nil where no row is in the bin, like the next.
    public let meanConfidence: Double?
    public let accuracy: Proportion?

    enum CodingKeys: String, CodingKey {
      case lower, upper, count, accuracy
      case meanConfidence = "mean_confidence"
    }
  }

  /// Of equal widths, the least confident first.
  public let bins: [Bin]
  /// ECE = Σ_bins (rows of the bin / rows) |accuracy − mean confidence|. Biased upwards by the chance in each bin.
  ///
  /// Reference: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, On calibration of modern neural networks, ICML 2017,
  /// eq. 3.
  public let expectedError: Double

  enum CodingKeys: String, CodingKey {
    case bins
    case expectedError = "expected_calibration_error"
  }

  /// - Parameters:
  ///   - confidences: in [0, 1].
  ///   - isCorrect: one for each.
  ///   - binCount: bins of equal width.
  public init(confidences: [Double], isCorrect: [Bool], binCount: Int = 10) {
    precondition(
      confidences.count == isCorrect.count && binCount > 0,
      "\(confidences.count) confidences and \(isCorrect.count) outcomes in \(binCount) bins")
    var sums = [(count: Int, correct: Int, confidence: Double)](
      repeating: (0, 0, 0), count: binCount)
    for (confidence, correct) in zip(confidences, isCorrect) {
      // Rounding may give a sum of probabilities, and so a confidence, a little above 1.
      let place = (confidence * Double(binCount)).rounded(.up) - 1
      let bin = Int(Swift.min(Swift.max(place, 0), Double(binCount - 1)))
      sums[bin].count += 1
      sums[bin].correct += correct ? 1 : 0
      sums[bin].confidence += confidence
    }
    bins = sums.enumerated().map { index, sum in
      Bin(
        lower: Double(index) / Double(binCount), upper: Double(index + 1) / Double(binCount),
        count: sum.count,
        meanConfidence: sum.count == 0 ? nil : sum.confidence / Double(sum.count),
        accuracy: sum.count == 0 ? nil : Proportion(sum.correct, of: sum.count))
    }
    expectedError =
      sums.reduce(0) { $0 + abs(Double($1.correct) - $1.confidence) }
      / Double(Swift.max(confidences.count, 1))
  }
}
