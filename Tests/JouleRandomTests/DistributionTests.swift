import Foundation
import JouleAlgebra
import JouleRandom
import Testing

/// Distributions judged by z-scores of their moments and by χ², under fixed keys. A z-score above 4.5
/// has a probability below 10⁻⁵.
@Suite struct DistributionTests {
  static let count = 400_000

  /// z-score of the mean of some values against what it should be, from the exact variance.
  private func expectMean(
    _ values: [Double], _ mean: Double, variance: Double, _ what: String
  ) {
    let z =
      (values.reduce(0, +) / Double(values.count) - mean)
      / (variance / Double(values.count)).squareRoot()
    #expect(abs(z) < 4.5, "\(what): z = \(z)")
  }

  @Test(arguments: [UInt64(1), 2, 3]) func uniformMoments(seed: UInt64) {
    check(Float.self, seed)
    check(Double.self, seed)
    func check<S: KernelScalar>(_ type: S.Type, _ seed: UInt64) {
      var values = [S](repeating: 0, count: Self.count)
      var stream = RandomStream(key: RandomKey(seed: seed))
      stream.fillUniform(values.mutableSpan)
      #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
      let u = values.map { Double($0) }
      expectMean(u, 0.5, variance: 1 / 12.0, "mean")
      expectMean(u.map { $0 * $0 }, 1 / 3.0, variance: 4 / 45.0, "square")
      expectMean(
        zip(u, u.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) }, 0, variance: 1 / 144.0, "lag 1")
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func normalMoments(seed: UInt64) {
    check(Float.self, seed)
    check(Double.self, seed)
    func check<S: KernelScalar>(_ type: S.Type, _ seed: UInt64) {
      var values = [S](repeating: 0, count: Self.count)
      var stream = RandomStream(key: RandomKey(seed: seed))
      stream.fillNormal(values.mutableSpan)
      let z = values.map { Double($0) }
      expectMean(z, 0, variance: 1, "mean")
      expectMean(z.map { $0 * $0 }, 1, variance: 2, "second moment")
      expectMean(z.map { $0 * $0 * $0 }, 0, variance: 15, "third moment")
      expectMean(z.map { $0 * $0 * $0 * $0 }, 3, variance: 96, "fourth moment")
      expectMean(zip(z, z.dropFirst()).map(*), 0, variance: 1, "lag 1")
      let tail = erfc(3 / 2.0.squareRoot())
      expectMean(z.map { abs($0) > 3 ? 1 : 0 }, tail, variance: tail * (1 - tail), "beyond 3")
    }
  }

  @Test func exponentialMoments() {
    var stream = RandomStream(key: RandomKey(seed: 4))
    let x = (0..<Self.count).map { _ in stream.exponential(as: Double.self) }
    expectMean(x, 1, variance: 1, "mean")
    expectMean(x.map { $0 * $0 }, 2, variance: 20, "second moment")
    #expect(x.allSatisfy { $0 > 0 })
  }

  /// E[x] = a, E[x²] = a(a+1), variance of x² = a(a+1)(4a + 6); E[log x] by the digamma function.
  @Test(arguments: [0.05, 0.3, 0.9, 1, 2.5, 40]) func gammaMoments(shape a: Double) {
    var stream = RandomStream(key: RandomKey(seed: 5))
    let x = (0..<Self.count).map { _ in stream.gamma(shape: a) }
    expectMean(x, a, variance: a, "mean")
    expectMean(x.map { $0 * $0 }, a * (a + 1), variance: a * (a + 1) * (4 * a + 6), "square")
    // P(x ≤ 1) by the series of the incomplete gamma function.
    var (term, sum) = (1 / a, 1 / a)
    for n in 1..<200 {
      term /= a + Double(n)
      sum += term
    }
    let p = exp(-1 - lgamma(a)) * sum
    expectMean(x.map { $0 <= 1 ? 1 : 0 }, p, variance: max(p * (1 - p), 1e-9), "P(x ≤ 1)")
  }

  @Test(arguments: [0, 0.001, 0.3, 1]) func bernoulliFrequency(p: Double) {
    var stream = RandomStream(key: RandomKey(seed: 6))
    let hits = (0..<Self.count).map { _ in stream.bernoulli(p) ? 1.0 : 0 }
    if p == 0 || p == 1 {
      #expect(hits.allSatisfy { $0 == p })
    } else {
      expectMean(hits, p, variance: p * (1 - p), "frequency")
    }
  }

  /// χ² of counts against probabilities, as a z-score by Wilson and Hilferty.
  private func chiSquareScore(_ counts: [Int], _ probabilities: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    var (sum, degrees) = (0.0, -1.0)
    for (count, p) in zip(counts, probabilities) where p > 0 {
      sum += (Double(count) - total * p) * (Double(count) - total * p) / (total * p)
      degrees += 1
    }
    let width = 2 / (9 * degrees)
    return (cbrt(sum / degrees) - (1 - width)) / width.squareRoot()
  }

  @Test(arguments: [
    [1.0], [1, 1], [0, 3, 1], [5, 0, 0, 1, 0.5, 2], [1e300, 1e300, 5e299],
    [1e-300, 3e-300], [0.1, 0.2, 0.3, 0.4],
  ])
  func aliasTableFollowsItsWeights(weights: [Double]) {
    let table = AliasTable(weights: weights)
    var stream = RandomStream(key: RandomKey(seed: 7))
    var counts = [Int](repeating: 0, count: weights.count)
    for _ in 0..<200_000 { counts[stream.categorical(table)] += 1 }
    let largest = weights.max() ?? 1
    let sum = weights.reduce(0) { $0 + $1 / largest }
    let probabilities = weights.map { $0 / largest / sum }
    for (count, weight) in zip(counts, weights) where weight == 0 { #expect(count == 0) }
    guard weights.count(where: { $0 > 0 }) > 1 else { return }
    #expect(abs(chiSquareScore(counts, probabilities)) < 4.5, "\(counts)")
  }

  @Test func largeAliasTableFollowsItsWeights() {
    var stream = RandomStream(key: RandomKey(seed: 8))
    let weights = (0..<500).map { $0 % 10 == 0 ? 0 : stream.exponential(as: Double.self) + 0.1 }
    let table = AliasTable(weights: weights)
    var counts = [Int](repeating: 0, count: 500)
    for _ in 0..<Self.count { counts[stream.categorical(table)] += 1 }
    let sum = weights.reduce(0, +)
    #expect(abs(chiSquareScore(counts, weights.map { $0 / sum })) < 4.5)
    // The judge itself: the counts must fail against other weights.
    #expect(chiSquareScore(counts, weights.reversed().map { $0 / sum }) > 100)
  }

  @Test func integersAreEvenlySpread() {
    var stream = RandomStream(key: RandomKey(seed: 9))
    for bound in [1, 2, 3, 10, 1000] {
      var counts = [Int](repeating: 0, count: bound)
      for _ in 0..<100_000 { counts[stream.integer(below: bound)] += 1 }
      if bound > 1 {
        let even = [Double](repeating: 1 / Double(bound), count: bound)
        #expect(abs(chiSquareScore(counts, even)) < 4.5)
      }
    }
  }

  @Test func permutationsAreEachAsLikely() {
    var stream = RandomStream(key: RandomKey(seed: 10))
    #expect(stream.permutation(count: 0).isEmpty && stream.permutation(count: 1) == [0])
    #expect(stream.permutation(count: 1000).sorted() == Array(0..<1000))
    var counts: [[Int]: Int] = [:]
    for _ in 0..<48_000 { counts[stream.permutation(count: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    let even = [Double](repeating: 1 / 24.0, count: 24)
    #expect(abs(chiSquareScore(Array(counts.values), even)) < 4.5)
  }

  /// Draws of neighbouring chains, steps and purposes are uncorrelated.
  @Test func neighbouringAddressesAreUncorrelated() {
    func draws(_ random: ChainRandom, _ purpose: UInt32) -> [Double] {
      var values = [Double](repeating: 0, count: Self.count)
      VectorKernels.best.fill(
        .normal, values.mutableSpan, columns: 100, random.address(purpose: purpose))
      return values
    }
    let random = ChainRandom(key: RandomKey(seed: 11))
    let base = draws(random, 0)
    let others = [
      draws(random.advanced(by: 1), 0), draws(random.with(step: 1), 0), draws(random, 1),
      draws(ChainRandom(key: RandomKey(seed: 12)), 0),
    ]
    for other in others {
      expectMean(zip(base, other).map(*), 0, variance: 1, "correlation")
    }
  }
}
