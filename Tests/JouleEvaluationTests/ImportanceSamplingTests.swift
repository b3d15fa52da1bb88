import Foundation
import Joule
import JouleTestSupport
import Testing

/// Importance sampling and resampling against tables and closed forms.
@Suite struct ImportanceSamplingTests {
  static let energies = [0.3, -1.2, 2.0, 0.1, -0.4, Double.infinity, 1.1, -2.0]
  static let target = TableEnergy(
    values: [[0, 1], [0, 1], [0, 1]], energies: energies)
  static let proposal = BernoulliProduct<Double>(probabilities: Tensor([0.6, 0.4, 0.55]))
  static var logPartition: Double { log(energies.reduce(0) { $0 + exp(-$1) }) }

  static func sample(_ count: Int, seed: UInt64) throws -> WeightedSample<Double> {
    try ImportanceSampling(of: target, from: proposal)
      .run(count: count, key: RandomKey(seed: seed))
  }

  @Test func itsIntervalsHoldTheExactValuesAsOftenAsTheySay() throws {
    // Two standard errors at 2,000 draws: 95.4 % of 200 seeds, less three deviations of that count.
    let p = Self.target.probabilities
    let expected = p[1] + p[3] + p[5] + p[7]
    var held = (partition: 0, mean: 0)
    for seed in 0..<200 {
      let sample = try Self.sample(2000, seed: UInt64(seed))
      if abs(sample.logPartition - Self.logPartition) < 2 * sample.weights.standardError {
        held.partition += 1
      }
      let mean = sample.means(of: sample.rows)[0]
      if abs(mean.mean - expected) < 2 * mean.standardError { held.mean += 1 }
    }
    let least = MonteCarlo.leastCount(of: 200, rate: 0.954)
    #expect(held.partition >= least && held.mean >= least, "\(held) of 200")
  }

  @Test func anExactProposalHasEqualWeights() throws {
    let normal = try NormalDistribution<Double>(
      mean: Tensor([1, -2]), covariance: Tensor([[2, 0.5], [0.5, 1]]))
    let sample = try ImportanceSampling(of: normal, from: normal)
      .run(count: 500, key: RandomKey(seed: 3))
    #expect(abs(sample.logPartition) < 1e-12)
    #expect(abs(sample.weights.effectiveSampleSize - 500) < 1e-6)
    #expect(sample.weights.standardError < 1e-12)
  }

  @Test func aTailThatTheProposalMissesShows() throws {
    // q = N(0, s²) for N(0, 1): weights have moments below 1/(1 − s²).
    let target = try Self.normal(variance: 1)
    let good = try ImportanceSampling(of: target, from: Self.normal(variance: 1.5))
      .run(count: 20_000, key: RandomKey(seed: 4))
    let bad = try ImportanceSampling(of: target, from: Self.normal(variance: 0.1))
      .run(count: 20_000, key: RandomKey(seed: 4))
    #expect(try #require(good.paretoShape) < 0.2)
    #expect(try #require(bad.paretoShape) > 0.7)
    #expect(bad.weights.effectiveSampleSize < 0.05 * good.weights.effectiveSampleSize)
    #expect(bad.smoothed.weights.effectiveSampleSize >= bad.weights.effectiveSampleSize)
  }

  static func normal(variance: Double) throws -> NormalDistribution<Double> {
    try NormalDistribution(mean: Tensor([0]), covariance: Tensor([[variance]]))
  }

  @Test(arguments: Resampling.allCases)
  func everySchemeTakesEachDrawAsOftenAsItWeighs(_ scheme: Resampling) {
    let weights = ImportanceWeights([log(0.5), -.infinity, log(3.2), log(1.3), log(0.01), log(2)])
    let normalized = weights.normalized
    let (count, repeats) = (40, 4000)
    var sums = [Double](repeating: 0, count: 6)
    var squares = sums
    for seed in 0..<repeats {
      let chosen = weights.resampled(
        count: count, by: scheme, key: RandomKey(seed: UInt64(seed)))
      #expect(chosen.count == count && chosen == chosen.sorted())
      for index in 0..<6 {
        let number = Double(chosen.count { $0 == index })
        sums[index] += number
        squares[index] += number * number
        // Systematic resampling never errs by a whole draw.
        if scheme == .systematic {
          #expect(abs(number - Double(count) * normalized[index]) < 1)
        }
      }
    }
    for index in 0..<6 {
      let mean = sums[index] / Double(repeats)
      let expected = Double(count) * normalized[index]
      let variance = squares[index] / Double(repeats) - mean * mean
      #expect(
        abs(mean - expected) <= 4 * (variance / Double(repeats)).squareRoot() + 1e-12,
        "draw \(index): \(mean) for \(expected)")
      if scheme == .multinomial {
        // Binomial variance: known to √(2/4000) = 2.2 %, and to four of those.
        let binomial = expected * (1 - normalized[index])
        #expect(abs(variance - binomial) <= 0.1 * binomial + 1e-12)
      }
    }
    #expect(sums[1] == 0)
  }

  @Test func resampledRowsFollowTheTarget() throws {
    let p = Self.target.probabilities
    let rows = try Self.sample(200_000, seed: 7)
      .resampled(count: 10_000, by: .multinomial, key: RandomKey(seed: 8))
    let distance = MonteCarlo.totalVariation(of: States.numbers(of: rows), from: p)
    // The weighted rows add a twentieth of the resampling's own variance.
    #expect(distance < 4 * MonteCarlo.floor(of: p, count: 10_000))
    // Unweighted they follow the proposal: the test can fail.
    let raw = try Self.sample(10_000, seed: 9).rows
    #expect(
      MonteCarlo.totalVariation(of: States.numbers(of: raw), from: p)
        > 4 * MonteCarlo.floor(of: p, count: 10_000))
  }

  @Test func aNaNIsReportedWithItsRow() throws {
    let broken = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor(x.elements.map { $0 > 1.5 ? .nan : $0 })
    }
    let sampling = ImportanceSampling(of: broken, from: try Self.normal(variance: 1))
    let fault = #expect(throws: TransitionFault.self) {
      try sampling.run(count: 1000, key: RandomKey(seed: 1))
    }
    let row = try #require(fault?.row)
    let value = try Self.normal(variance: 1).sample(
      count: 1000, using: ChainRandom(key: RandomKey(seed: 1)))[row, 0]
    #expect(value > 1.5)
    #expect(fault?.description.contains("energy nan") == true, "\(fault?.description ?? "")")
  }

  @Test func theNumberOfWorkersChangesNoBit() throws {
    let sampling = ImportanceSampling(of: Self.target, from: Self.proposal)
    let runs = try [1, 2, 4].map {
      try sampling.run(count: 999, key: RandomKey(seed: 5), on: Workers(count: $0))
    }
    #expect(runs[0].rows == runs[1].rows && runs[0].weights == runs[1].weights)
    #expect(runs[0].rows == runs[2].rows && runs[0].weights == runs[2].weights)
  }
}
