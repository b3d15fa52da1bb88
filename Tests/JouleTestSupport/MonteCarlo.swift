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

  /// (χ² − its mean) / its standard deviation, for states that were drawn independently: about standard
  /// normal if the probabilities are right.
  ///
  /// States of fewer than ten expected draws count as one, as the distribution of χ² asks.
  public static func chiSquareScore(of states: [Int], probabilities: [Double]) -> Double {
    var counts = [Double](repeating: 0, count: probabilities.count)
    for state in states { counts[state] += 1 }
    var (statistic, cells, rest) = (0.0, 0.0, (found: 0.0, expected: 0.0))
    func deviation(_ found: Double, _ expected: Double) -> Double {
      (found - expected) * (found - expected) / expected
    }
    for (found, probability) in zip(counts, probabilities) {
      let expected = probability * Double(states.count)
      if expected < 10 {
        rest = (rest.found + found, rest.expected + expected)
      } else {
        statistic += deviation(found, expected)
        cells += 1
      }
    }
    if rest.expected > 0 {
      statistic += deviation(rest.found, rest.expected)
      cells += 1
    }
    return (statistic - (cells - 1)) / (2 * (cells - 1)).squareRoot()
  }
}
