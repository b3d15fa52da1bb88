import RealModule

/// How well scores tell two classes of rows apart, by their order alone.
///
///     let ranking = BinaryRanking(scores: energies, isPositive: labels)
///     print(ranking.areaUnderROC.value, ranking.averagePrecision.value)
///
/// Higher scores are to mean the positive class: anomalies, where scores are energies. Equal scores are
/// a tie, never an order.
public struct BinaryRanking: Sendable {
  /// Rows of each class among equal scores, from the highest score down.
  private let groups: [(positives: Int, negatives: Int)]
  /// Where each row's score stands among the groups.
  private let groupOfRow: [Int]
  private let isPositive: [Bool]
  public let positiveCount: Int
  public let negativeCount: Int

  /// - Parameters:
  ///   - scores: one a row; infinities have their place in the order.
  ///   - isPositive: the class of each row.
  /// - Precondition: no score is NaN, and there is a row of either class.
  public init(scores: [Double], isPositive: [Bool]) {
    precondition(
      scores.count == isPositive.count,
      "a class for each score: got \(scores.count) scores and \(isPositive.count) classes")
    precondition(!scores.contains { $0.isNaN }, "NaN has no place in an order")
    positiveCount = isPositive.count { $0 }
    negativeCount = scores.count - positiveCount
    precondition(
      positiveCount > 0 && negativeCount > 0,
      "two classes are told apart: got \(positiveCount) positive rows of \(scores.count)")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var groups: [(positives: Int, negatives: Int)] = []
    var groupOfRow = [Int](repeating: 0, count: scores.count)
    for (place, row) in order.enumerated() {
      if place == 0 || scores[order[place - 1]] != scores[row] { groups.append((0, 0)) }
      groupOfRow[row] = groups.count - 1
      if isPositive[row] {
        groups[groups.count - 1].positives += 1
      } else {
        groups[groups.count - 1].negatives += 1
      }
    }
    self.groups = groups
    self.groupOfRow = groupOfRow
    self.isPositive = isPositive
  }

  /// A figure with an interval that covers its truth in about 95 of 100 samples of rows.
  public struct Figure: Sendable, Equatable, Codable {
    public let value: Double
    public let standardError: Double
    public let lower: Double
    public let upper: Double

    enum CodingKeys: String, CodingKey {
      case value, lower, upper
      case standardError = "standard_error"
    }
  }

  /// The area under the ROC curve: the probability that a positive row scores higher than a negative
  /// one, ties counted half.
  ///
  ///     A = (1 / mn) Σᵢ Σⱼ [xᵢ > yⱼ] + ½ [xᵢ = yⱼ]
  ///
  /// The standard error is DeLong's, from the spread of the rows' own shares of A; the interval is normal
  /// on the scale of log A / (1 − A), and so stays within 0...1. Where A is 0 or 1 nothing is known of
  /// the spread, and the interval is a point.
  ///
  /// Reference: E. DeLong, D. DeLong, D. Clarke-Pearson, Comparing the areas under two or more correlated
  /// receiver operating characteristic curves, Biometrics 44 (1988), eq. 5. O(n log n).
  public var areaUnderROC: Figure {
    var (positivesAbove, negativesAbove) = (0, 0)
    // The share of the other class that a row of a group beats: doubled, so that halves are whole.
    var shareOfPositive = [Double](repeating: 0, count: groups.count)
    var shareOfNegative = [Double](repeating: 0, count: groups.count)
    for (index, group) in groups.enumerated() {
      let negativesBelow = negativeCount - negativesAbove - group.negatives
      shareOfPositive[index] =
        Double(2 * negativesBelow + group.negatives) / Double(2 * negativeCount)
      shareOfNegative[index] =
        Double(2 * positivesAbove + group.positives) / Double(2 * positiveCount)
      positivesAbove += group.positives
      negativesAbove += group.negatives
    }
    var shares = (positive: [Double](), negative: [Double]())
    for (row, group) in groupOfRow.enumerated() {
      if isPositive[row] {
        shares.positive.append(shareOfPositive[group])
      } else {
        shares.negative.append(shareOfNegative[group])
      }
    }
    // The standard error of a mean is the spread over the root of the count: the terms of eq. 5.
    let (positive, negative) = (
      MeanEstimate(of: shares.positive), MeanEstimate(of: shares.negative)
    )
    return .onLogitScale(
      positive.mean,
      standardError: (positive.standardError * positive.standardError
        + negative.standardError * negative.standardError).squareRoot())
  }

  /// The average precision: precision at every threshold, weighted by the recall that it adds.
  ///
  ///     AP = Σₖ (Rₖ − Rₖ₋₁) Pₖ,   thresholds k from the highest score down, equal scores at once
  ///
  /// It is to be compared with the share of positive rows, which scores without any sense reach. The
  /// standard error is binomial, √(AP (1 − AP) / positive rows), the interval normal on the scale of
  /// log AP / (1 − AP).
  ///
  /// Reference: K. Boyd, K. Eng, C. D. Page, Area under the precision-recall curve: point estimates and
  /// confidence intervals, ECML PKDD 2013, §3 (logit intervals).
  public var averagePrecision: Figure {
    var (positives, rows) = (0, 0)
    var sum = 0.0
    for group in groups {
      positives += group.positives
      rows += group.positives + group.negatives
      sum += Double(group.positives) * Double(positives) / Double(rows)
    }
    let value = sum / Double(positiveCount)
    return .onLogitScale(
      value, standardError: (value * (1 - value) / Double(positiveCount)).squareRoot())
  }
}

extension BinaryRanking.Figure {
  /// The quantile of a standard normal that leaves 2.5 % above it.
  private static let normalQuantile = 1.959963984540054

  fileprivate static func onLogitScale(_ value: Double, standardError: Double) -> Self {
    guard value > 0, value < 1 else {
      return Self(value: value, standardError: 0, lower: value, upper: value)
    }
    let center = Double.log(value / (1 - value))
    let half = normalQuantile * standardError / (value * (1 - value))
    func back(_ logit: Double) -> Double { 1 / (1 + Double.exp(-logit)) }
    return Self(
      value: value, standardError: standardError, lower: back(center - half),
      upper: back(center + half))
  }
}
