import Foundation
import JouleAlgebra
import JouleRandom
import Testing

/// Counts, proportions and angles against their exact probabilities, under fixed keys. A z-score above
/// 4.5 has a probability below 10⁻⁵.
@Suite struct CountDistributionTests {
  static let count = 60_000

  /// z-score of Pearson's χ² over the values that are expected at least ten times, the rest together.
  private func chiSquareZ(_ draws: [Int], _ probability: (Int) -> Double) -> Double {
    var counts: [Int: Int] = [:]
    for draw in draws { counts[draw, default: 0] += 1 }
    let n = Double(draws.count)
    var (statistic, cells, seen, mass) = (0.0, 0.0, 0.0, 0.0)
    for value in 0...(draws.max() ?? 0) {
      let expected = n * probability(value)
      guard expected >= 10 else { continue }
      let observed = Double(counts[value] ?? 0)
      statistic += (observed - expected) * (observed - expected) / expected
      (cells, seen, mass) = (cells + 1, seen + observed, mass + expected)
    }
    if n - mass > 10 {
      statistic += (mass - seen) * (mass - seen) / (n - mass)
      cells += 1
    }
    return (statistic - (cells - 1)) / (2 * (cells - 1)).squareRoot()
  }

  @Test(arguments: [(5, 0.3), (24, 0.9), (25, 0.5), (200, 0.02), (3000, 0.37)])
  func binomialFrequencies(trials: Int, p: Double) {
    var stream = RandomStream(key: RandomKey(seed: 21))
    let draws = (0..<Self.count).map { _ in stream.binomial(trials: trials, probability: p) }
    let z = chiSquareZ(draws) { k in
      exp(
        SpecialFunctions.logChoose(Double(trials), Double(k)) + Double(k) * log(p)
          + Double(trials - k) * log1p(-p))
    }
    #expect(abs(z) < 4.5, "z = \(z)")
    #expect(stream.binomial(trials: 100, probability: 0) == 0)
    #expect(stream.binomial(trials: 100, probability: 1) == 100)
  }

  @Test(arguments: [0.1, 3, 24.5, 80, 1e4]) func poissonFrequencies(mean: Double) {
    var stream = RandomStream(key: RandomKey(seed: 22))
    let draws = (0..<Self.count).map { _ in stream.poisson(mean: mean) }
    let z = chiSquareZ(draws) { exp(Double($0) * log(mean) - mean - lgamma(Double($0) + 1)) }
    #expect(abs(z) < 4.5, "z = \(z)")
    #expect(stream.poisson(mean: 0) == 0)
  }

  @Test(arguments: [0.02, 0.5, 0.97]) func geometricFrequencies(p: Double) {
    var stream = RandomStream(key: RandomKey(seed: 23))
    let draws = (0..<Self.count).map { _ in Int(stream.geometric(probability: p)) }
    let z = chiSquareZ(draws) { p * pow(1 - p, Double($0)) }
    #expect(abs(z) < 4.5, "z = \(z)")
    #expect(stream.geometric(probability: 1) == 0)
  }

  /// The distribution function at the draws is uniform: frequencies of twenty equal bins.
  @Test(arguments: [(0.2, 0.3), (1, 1), (2.5, 7), (400, 3)]) func betaFrequencies(
    a: Double, b: Double
  ) {
    var stream = RandomStream(key: RandomKey(seed: 24))
    let draws = (0..<Self.count).map { _ in
      let x = stream.beta(a, b)
      return min(19, Int(20 * SpecialFunctions.regularizedBeta(a, b, at: x).lower))
    }
    let z = chiSquareZ(draws) { _ in 0.05 }
    #expect(abs(z) < 4.5, "z = \(z)")
  }

  @Test func dirichletProportionsHaveBetaMargins() {
    var stream = RandomStream(key: RandomKey(seed: 25))
    let shapes = [0.4, 2, 3.5]
    let draws = (0..<Self.count).map { _ in stream.dirichlet(shapes) }
    #expect(draws.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    for k in 0..<3 {
      let bins = draws.map {
        min(
          19,
          Int(20 * SpecialFunctions.regularizedBeta(shapes[k], 5.9 - shapes[k], at: $0[k]).lower))
      }
      let z = chiSquareZ(bins) { _ in 0.05 }
      #expect(abs(z) < 4.5, "component \(k): z = \(z)")
    }
  }

  /// E[cos x] = A(κ) and E[cos 2x] = 1 − 2A(κ)/κ, with E[sin x] = 0.
  @Test(arguments: [0, 0.01, 0.8, 5, 300, 1e5]) func vonMisesMoments(kappa: Double) {
    var stream = RandomStream(key: RandomKey(seed: 26))
    let angles = (0..<Self.count).map { _ in stream.vonMises(concentration: kappa) }
    #expect(angles.allSatisfy { abs($0) <= .pi })
    let ratio = SpecialFunctions.besselRatio(kappa)
    for (values, mean) in [
      (angles.map { 1 - cos($0) }, 1 - ratio.value), (angles.map { sin($0) }, 0),
      (angles.map { sin($0) * sin($0) }, ratio.overArgument),
    ] {
      let n = Double(values.count)
      let average = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n
      let z = (average - mean) / (variance / n).squareRoot()
      #expect(abs(z) < 4.5, "z = \(z)")
    }
  }

  @Test func tinyShapesStayInside() {
    var stream = RandomStream(key: RandomKey(seed: 27))
    for _ in 0..<10_000 {
      let x = stream.beta(0.001, 0.001)
      #expect(x > 0 && x < 1)
      #expect(stream.logGamma(shape: 1e-4).isFinite)
    }
  }
}
