import Foundation
import Joule
import JouleTestSupport
import Testing

/// Bennett's acceptance ratio on weights whose distribution is known.
@Suite struct BennettTests {
  /// The golden-ratio sequence: even numbers in (0, 1), the same in any language.
  static func evenly(_ count: Int) -> [Double] {
    (1...count).map { (Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) }
  }

  static func logits(_ count: Int) -> [Double] { evenly(count).map { log($0 / (1 - $0)) } }

  /// SciPy 1.x: brentq on Bennett's equation, then the large-sample variance.
  @Test func agreesWithAnotherSolverOfItsEquation() {
    let bennett = BennettAcceptanceRatio(
      forward: ImportanceWeights(Self.logits(50).map { 3 + 1.3 * $0 }),
      reverse: ImportanceWeights(Self.logits(31).map { -3.8 + 1.1 * $0 }))
    #expect(abs(bennett.logRatio - 3.64330375253689) < 1e-11)
    #expect(abs(bennett.standardError - 0.160081424714921) < 1e-12)
    #expect(abs(bennett.overlap - 0.895559322795187) < 1e-12)
  }

  @Test func constantWeightsAreExact() {
    let bennett = BennettAcceptanceRatio(
      forward: ImportanceWeights([7, 7, 7]), reverse: ImportanceWeights([-7, -7]))
    #expect(abs(bennett.logRatio - 7) < 1e-12)
    #expect(bennett.standardError < 1e-12)
    #expect(abs(bennett.overlap - 1) < 1e-12)
  }

  /// Normal log weights N(Δ − s²/2, s²) forward and N(−Δ − s²/2, s²) in reverse: the pair that the
  /// fluctuation theorem allows.
  static func normalWeights(
    ratio: Double, spread: Double, counts: (Int, Int), seed: UInt64
  ) -> (forward: ImportanceWeights, reverse: ImportanceWeights) {
    var stream = RandomStream(key: RandomKey(seed: seed))
    func draw(_ center: Double, _ count: Int) -> ImportanceWeights {
      ImportanceWeights(
        (0..<count).map { _ in center - spread * spread / 2 + spread * stream.normal() })
    }
    return (draw(ratio, counts.0), draw(-ratio, counts.1))
  }

  @Test(arguments: [0.5, 1.5])
  func itsIntervalHoldsTheRatioAsOftenAsItSays(spread: Double) {
    // Two standard errors: 95.4 % of 400 seeds, less three standard deviations of that count.
    var errors: [Double] = []
    let held = (0..<400).count { seed in
      let weights = Self.normalWeights(
        ratio: 40, spread: spread, counts: (60, 90), seed: UInt64(seed))
      let bennett = BennettAcceptanceRatio(forward: weights.forward, reverse: weights.reverse)
      errors.append(bennett.logRatio - 40)
      return abs(bennett.logRatio - 40) < 2 * bennett.standardError
    }
    #expect(held >= MonteCarlo.leastCount(of: 400, rate: 0.954), "\(held) of 400")
    #expect(abs(MonteCarlo.zScore(of: errors, expected: 0)) < 4)
  }

  @Test func itVariesLessThanEitherDirection() {
    var errors: [[Double]] = [[], [], []]
    for seed in 0..<300 {
      let (forward, reverse) = Self.normalWeights(
        ratio: -3, spread: 1.5, counts: (50, 50), seed: 9000 + UInt64(seed))
      let bennett = BennettAcceptanceRatio(forward: forward, reverse: reverse)
      for (index, value) in [bennett.logRatio, forward.logMean, -reverse.logMean].enumerated() {
        errors[index].append((value + 3) * (value + 3))
      }
    }
    let squares = errors.map { $0.reduce(0, +) / 300 }
    #expect(squares[0] < 0.5 * squares[1] && squares[0] < 0.5 * squares[2], "\(squares)")
  }

  @Test func directionsThatDoNotMeetSaySo() {
    let (forward, reverse) = (
      ImportanceWeights([-50, -51, -50.5]), ImportanceWeights([-48, -47, -49])
    )
    let apart = BennettAcceptanceRatio(forward: forward, reverse: reverse)
    #expect(apart.overlap < 1e-3)
    let none = BennettAcceptanceRatio(
      forward: ImportanceWeights([-.infinity, -.infinity]), reverse: reverse)
    #expect(none.logRatio.isNaN && none.standardError == .infinity && none.overlap == 0)
    let single = BennettAcceptanceRatio(
      forward: ImportanceWeights([1]), reverse: ImportanceWeights([-1, -1.1]))
    #expect(single.standardError == .infinity)
    #expect(single.logRatio > 0.9 && single.logRatio < 1.2)
  }
}
