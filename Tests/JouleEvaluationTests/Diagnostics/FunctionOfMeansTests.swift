import Joule
import JouleTestSupport
import Testing

/// Functions of means are off by about as much as they say.
@Suite struct FunctionOfMeansTests {
  /// Correlated chains of two variables whose means are 2 and 1: y = 1 + x′ / 2 + noise, x an autoregression.
  static func traces(_ number: Int, phi: Double) -> [Trace] {
    var stream = RandomStream(key: RandomKey(seed: 181).folded(UInt64(number)))
    var (xs, ys): ([Double], [Double]) = ([], [])
    for _ in 0..<2 {
      var z = stream.normal() / (1 - phi * phi).squareRoot()
      for _ in 0..<1500 {
        z = phi * z + stream.normal()
        xs.append(2 + z)
        ys.append(1 + 0.5 * z + 0.5 * stream.normal())
      }
    }
    return [Trace(xs, chainCount: 2), Trace(ys, chainCount: 2)]
  }

  @Test(arguments: [0, 0.7]) func errorsAreOfTheRightSize(phi: Double) throws {
    let functions:
      [(value: ([Double]) -> Double, gradient: ([Double]) -> [Double], expected: Double)] = [
        ({ $0[1] / $0[0] }, { [-$0[1] / ($0[0] * $0[0]), 1 / $0[0]] }, 0.5),
        ({ $0[0] - 2 * $0[1] }, { _ in [1, -2] }, 0),
      ]
    for function in functions {
      let scores = try (0..<300).map { number in
        let estimate = FunctionOfMeans(
          of: Self.traces(number, phi: phi), value: function.value, gradient: function.gradient)
        return (estimate.value - function.expected) / (try #require(estimate.standardError))
      }
      let square = scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count)
      // The mean square of 300 standard normal numbers is 1 ± 0.08; errors themselves are known to some 5 %.
      #expect(square > 0.7 && square < 1.35, "phi \(phi): mean square of scores \(square)")
    }
  }

  /// The error of a mean is the trace's own.
  @Test func aMeanIsItself() throws {
    let traces = Self.traces(0, phi: 0.5)
    let estimate = FunctionOfMeans(of: traces, value: { $0[1] }, gradient: { _ in [0, 1] })
    #expect(estimate.value == traces[1].mean)
    let error = try #require(estimate.standardError)
    let own = try #require(traces[1].standardError(of: .mean))
    #expect(abs(error - own) < 1e-12 * own)
  }

  @Test func withoutVariationThereIsNoError() {
    let still = Trace([Double](repeating: 3, count: 40), chainCount: 2)
    let estimate = FunctionOfMeans(of: [still], value: { $0[0] }, gradient: { _ in [1] })
    #expect(estimate.value == 3 && estimate.standardError == nil)
  }
}
