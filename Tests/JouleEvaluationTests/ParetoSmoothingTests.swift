import Foundation
import Joule
import JouleTestSupport
import Testing

/// Pareto smoothing against ArviZ 0.23.4, `psislw`, on log weights that are formulas.
@Suite struct ParetoSmoothingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let count: Int
    var efficiency = 1.0
    let logWeight: @Sendable (_ u: Double) -> Double
    let shape: Double
    /// The largest, the tenth largest and the first normalised log weight; the sum of squares.
    let largest, tenth, first, squares: Double

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "Pareto 0.9", count: 1000, logWeight: { -0.9 * log(1 - $0) },
      shape: 0.860274326466904, largest: -1.94947291322299, tenth: -4.49077564483786,
      first: -7.77589632057593, squares: 0.0282474194962116),
    Case(
      name: "Pareto 0.3", count: 1000, logWeight: { -0.3 * log(1 - $0) },
      shape: 0.33685397318586, largest: -4.95510090404626, tenth: -5.84892461722362,
      first: -6.97619056934268, squares: 0.00120652270503706),
    Case(
      name: "from chains", count: 400, efficiency: 0.6,
      logWeight: { 1.5 * log($0 / (1 - $0)) },
      shape: 1.3836626912448, largest: -0.589254893738656, tenth: -4.68127649050298,
      first: -9.37009491357625, squares: 0.329482345842798),
    Case(
      name: "few", count: 30, logWeight: { 2 * $0 },
      shape: 0.0822465777506707, largest: -2.6268512808897, tenth: -3.21044341589096,
      first: -3.3482108308855, squares: 0.0434692930081095),
    Case(
      name: "bounded", count: 200, logWeight: { log($0) },
      shape: -0.661528043057646, largest: -4.61609319934249, tenth: -4.63367131358823,
      first: -5.09419457194136, squares: 0.00666094388405777),
    // A constant changes nothing.
    Case(
      name: "large", count: 1000, logWeight: { 700 - 0.9 * log(1 - $0) },
      shape: 0.860274326466923, largest: -1.94947291322295, tenth: -4.49077564483787,
      first: -7.77589632057597, squares: 0.0282474194962132),
  ]

  @Test(arguments: cases)
  func agreesWithArviZ(_ item: Case) throws {
    let raw = ImportanceWeights(BennettTests.evenly(item.count).map(item.logWeight))
    let smoothing = ParetoSmoothing(raw, relativeEfficiency: item.efficiency)
    let normalized = smoothing.weights.normalized
    let sorted = normalized.sorted().map { log($0) }
    #expect(abs(try #require(smoothing.shape) - item.shape) < 1e-9)
    #expect(abs(sorted[item.count - 1] - item.largest) < 1e-9)
    #expect(abs(sorted[item.count - 10] - item.tenth) < 1e-9)
    #expect(abs(log(normalized[0]) - item.first) < 1e-9)
    #expect(abs(normalized.reduce(0) { $0 + $1 * $1 } - item.squares) < 1e-9)
    #expect(smoothing.weights.logWeights.max()! <= raw.logWeights.max()!)
  }

  @Test func theShapeIsThatOfTheDistribution() throws {
    // Weights with exact Pareto tails; k is known to about 0.05 from a tail of 600 of 40,000.
    for (shape, seed) in [(0.2, 1), (0.6, 2), (1.1, 3)] {
      var stream = RandomStream(key: RandomKey(seed: UInt64(seed)))
      let weights = ImportanceWeights((0..<40_000).map { _ in shape * stream.exponential() })
      let found = try #require(ParetoSmoothing(weights).shape)
      // The asymptotic deviation (1 + k)/√m, and the shrinkage towards 0.5 by 10 in m.
      let deviation = (1 + shape) / 600.0.squareRoot()
      #expect(abs(found - shape) < 4 * deviation, "\(found) for \(shape)")
    }
  }

  @Test func whatHasNoTailHasNoShape() {
    #expect(ParetoSmoothing(ImportanceWeights([Double](repeating: 3, count: 200))).shape == nil)
    #expect(ParetoSmoothing(ImportanceWeights([1, 2, 3])).shape == nil)
    let zeros = ImportanceWeights([Double](repeating: -.infinity, count: 100))
    #expect(ParetoSmoothing(zeros).shape == nil)
    let few = ParetoSmoothing(ImportanceWeights([1, 2, 3]))
    #expect(few.weights.logWeights == [1, 2, 3])
  }
}
