import Foundation
import Joule
import JouleTestSupport
import Testing

/// Errors, intervals and calibration of classifiers.
@Suite struct ClassificationScoresTests {
  /// The ends of Wilson's interval are the rates from which the observed one is 1.96 standard errors away.
  @Test(arguments: [(3, 40), (1, 1000), (20, 21)])
  func wilsonEndsSolveTheirEquation(count: Int, trials: Int) {
    let proportion = Proportion(count, of: trials)
    for end in [proportion.lower, proportion.upper] {
      let error = (end * (1 - end) / Double(trials)).squareRoot()
      #expect(abs(abs(proportion.value - end) / error - 1.959_963_984_540_054) < 1e-10)
    }
    #expect(proportion.lower < proportion.value && proportion.value < proportion.upper)
  }

  @Test func neverAndAlwaysHaveOneSidedIntervals() {
    let (never, always) = (Proportion(0, of: 50), Proportion(50, of: 50))
    #expect(never.lower == 0 && never.upper > 0 && never.upper < 0.1)
    #expect(always.upper == 1 && abs(always.lower - (1 - never.upper)) < 1e-12)
  }

  /// The binomial probability of a count whose interval holds the true rate: near 0.95, rare events included
  /// (Brown, Cai, DasGupta, Interval estimation for a binomial proportion, 2001, figure 5).
  @Test(arguments: [(200, 0.03), (1000, 0.0128), (40, 0.3)])
  func intervalsCoverTheTruth(trials: Int, rate: Double) {
    let n = Double(trials)
    let coverage = (0...trials).reduce(0.0) { sum, count in
      let proportion = Proportion(count, of: trials)
      guard proportion.lower <= rate, rate <= proportion.upper else { return sum }
      let k = Double(count)
      let logProbability =
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(rate) + (n - k) * log(1 - rate)
      return sum + exp(logProbability)
    }
    #expect(abs(coverage - 0.95) < 0.01)
  }

  @Test func scoresOfFourRows() {
    let p = Tensor<Double>([
      [0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.25, 0.35, 0.4], [0.1, 0.8, 0.1],
    ])
    let scores = ClassificationScores(logProbabilities: p.log(), labels: [0, 2, 2, 1])
    #expect(scores.error.count == 1 && scores.error.trials == 4)
    #expect(scores.confusion == [[1, 0, 0], [0, 1, 0], [0, 1, 1]])
    let losses = [0.7, 0.1, 0.4, 0.8].map { -log($0) }
    #expect(abs(scores.negativeLogLikelihood - losses.reduce(0, +) / 4) < 1e-14)
    // Each row is in a bin of its own: 0.7, 0.4 and 0.8 were right, 0.6 was not.
    #expect(abs(scores.calibration.expectedError - (0.3 + 0.6 + 0.2 + 0.6) / 4) < 1e-12)
    #expect(scores.calibration.bins.map(\.count) == [0, 0, 0, 1, 0, 1, 1, 1, 0, 0])
  }

  /// Labels drawn with the probabilities themselves: no calibration error but that of chance.
  @Test func aClassifierThatIsRightAsOftenAsItSaysIsCalibrated() {
    var stream = RandomStream(key: RandomKey(seed: 9))
    let confidences = (0..<20_000).map { _ in 0.5 + 0.5 * stream.uniform() }
    let right = confidences.map { stream.uniform() < $0 }
    let honest = Calibration(confidences: confidences, isCorrect: right)
    // In each of five bins the difference is below four standard errors of 4,000 draws.
    #expect(honest.expectedError < 4 * (0.25 / 4000).squareRoot())
    let boastful = Calibration(
      confidences: confidences.map { 0.5 + $0 / 2 }, isCorrect: right)
    #expect(boastful.expectedError > 0.1)
  }
}
