import Foundation
import Joule
import Testing

/// Areas under curves against their definitions, another library, and their intervals' promise.
@Suite struct BinaryRankingTests {
  /// Scores with many ties, and classes that have something to do with them where `shift` is not 0.
  static func ranking(shift: Double) -> (scores: [Double], isPositive: [Bool]) {
    let isPositive = (0..<200).map { $0 * 31 % 10 < 3 }
    let scores = (0..<200).map { Double($0 * 7919 % 61) + (isPositive[$0] ? shift : 0) }
    return (scores, isPositive)
  }

  /// scikit-learn 1.9.1: `roc_auc_score`, `average_precision_score`; the standard error by the double sums
  /// of DeLong's definition in NumPy.
  @Test(arguments: [
    (
      shift: 0.0, area: 0.5008333333333331, precision: 0.36251563174221146,
      error: 0.045593541389032155
    ),
    (shift: 6.0, area: 0.5925, precision: 0.431352860533322, error: 0.04374315672531888),
  ])
  func agreesWithScikitLearn(
    _ known: (shift: Double, area: Double, precision: Double, error: Double)
  ) {
    let (scores, isPositive) = Self.ranking(shift: known.shift)
    let ranking = BinaryRanking(scores: scores, isPositive: isPositive)
    #expect(abs(ranking.areaUnderROC.value - known.area) < 1e-12)
    #expect(abs(ranking.averagePrecision.value - known.precision) < 1e-12)
    #expect(abs(ranking.areaUnderROC.standardError - known.error) < 1e-12)
  }

  @Test func theOrderAloneMatters() {
    let (scores, isPositive) = Self.ranking(shift: 6)
    let plain = BinaryRanking(scores: scores, isPositive: isPositive)
    let stretched = BinaryRanking(
      scores: scores.map { $0 == 66 ? .infinity : exp($0) - 5 }, isPositive: isPositive)
    #expect(plain.areaUnderROC == stretched.areaUnderROC)
    #expect(plain.averagePrecision == stretched.averagePrecision)
    // Upside down, every pair counts the other way.
    let flipped = BinaryRanking(scores: scores.map { -$0 }, isPositive: isPositive)
    #expect(abs(flipped.areaUnderROC.value + plain.areaUnderROC.value - 1) < 1e-14)
  }

  @Test func perfectAndSenselessScores() {
    let isPositive = [false, true, false, true, false]
    let perfect = BinaryRanking(
      scores: isPositive.map { $0 ? 2 : -.infinity }, isPositive: isPositive)
    #expect(perfect.areaUnderROC.value == 1 && perfect.averagePrecision.value == 1)
    #expect(perfect.areaUnderROC.lower == 1 && perfect.areaUnderROC.upper == 1)
    let constant = BinaryRanking(scores: [7, 7, 7, 7, 7], isPositive: isPositive)
    #expect(constant.areaUnderROC.value == 0.5)
    #expect(abs(constant.averagePrecision.value - 0.4) < 1e-15)
  }

  /// Normal scores a distance of 1 apart: A = Φ(1/√2). Of 400 intervals of 95 % so many cover it that
  /// 4 binomial standard errors (0.044) explain the rest.
  @Test func intervalsCoverTheTruth() {
    let truth = 0.5 * erfc(-0.5)
    let key = RandomKey(seed: 11)
    var covering = 0
    for trial in 0..<400 {
      let noise = Tensor<Double>(normal: [120], using: key.folded(UInt64(trial)))
      let isPositive = (0..<120).map { $0 < 40 }
      let scores = noise.elements.enumerated().map { $1 + ($0 < 40 ? 1 : 0) }
      let area = BinaryRanking(scores: scores, isPositive: isPositive).areaUnderROC
      if area.lower <= truth && truth <= area.upper { covering += 1 }
    }
    #expect(abs(Double(covering) / 400 - 0.95) < 0.044, "\(covering) of 400, key \(key)")
  }
}
