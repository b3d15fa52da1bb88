import Foundation

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }

/// Sampled frequencies held against probabilities.
public enum MonteCarlo {
  /// The natural logarithm, for tests, which do not import Foundation.
  public static func log(_ x: Double) -> Double { logarithm(x) }

  /// e to the power x, for tests, which do not import Foundation.
  public static func exp(_ x: Double) -> Double { exponential(x) }

  /// ½ Σ |f − p|: the total variation between frequencies of states and their probabilities.
  public static func totalVariation(of states: [Int], from probabilities: [Double]) -> Double {
    var counts = [Double](repeating: 0, count: probabilities.count)
    for state in states { counts[state] += 1 }
    return zip(counts, probabilities).reduce(0) {
      $0 + abs($1.0 / Double(states.count) - $1.1)
    } / 2
  }

  /// ½ Σ √(p (1 − p) / n): what sampling noise alone leaves, about.
  public static func floor(of probabilities: [Double], count: Int) -> Double {
    probabilities.reduce(0) { $0 + ($1 * (1 - $1) / Double(count)).squareRoot() } / 2
  }

  /// How often at least something of a given rate happens: three standard deviations below the mean.
  public static func leastCount(of tries: Int, rate: Double) -> Int {
    let mean = Double(tries) * rate
    return Int(mean - 3 * (mean * (1 - rate)).squareRoot())
  }

  /// (mean − expected) / standard error.
  public static func zScore(of values: [Double], expected: Double) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean - expected) / (variance / count).squareRoot()
  }
}
