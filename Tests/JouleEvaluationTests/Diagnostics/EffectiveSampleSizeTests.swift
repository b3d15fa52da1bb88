import Joule
import JouleTestSupport
import Testing

/// Effective sample sizes and Monte-Carlo errors of processes whose own are known.
@Suite struct EffectiveSampleSizeTests {
  private static let key = RandomKey(seed: 2026)

  /// S/ESS = τ = (1 + φ)/(1 − φ). The mean of many estimates is off by less than the standard error that
  /// one of them tells of itself, most of them are within twice that error, and it is the size of their
  /// spread.
  @Test(arguments: [0.9, -0.9, 0.5, -0.5, 0]) func autoregressionsHaveTheirKnownTime(phi: Double) {
    let (chains, runs) = (4, 40)
    let truth = (1 + phi) / (1 - phi)
    let times = (0..<runs).compactMap { run in
      let key = Self.key.folded("time").folded(UInt64(run))
      return Trace(
        autoregressive(phi, chains: chains, draws: 10_000, key: key), chainCount: chains
      ).autocorrelationTime
    }
    #expect(times.count == runs)
    let mean = times.reduce(0) { $0 + $1.value } / Double(runs)
    let error = times.reduce(0) { $0 + $1.standardError } / Double(runs)
    let spread = Trace(times.map(\.value), chainCount: 1).standardDeviation
    let within = times.count { abs($0.value - truth) < 2 * $0.standardError }
    print(
      "φ = \(phi): S/ESS \(mean), truth \(truth), own error \(error), spread \(spread), "
        + "\(within) of \(runs) within twice their own error")
    #expect(abs(mean - truth) < error)
    #expect(within >= runs * 3 / 4)
    #expect(spread < 1.5 * error && spread > error / 2)
  }

  /// The sizes in general use: near the truth for positive correlation, and the truth or their bound,
  /// whichever is smaller, for negative.
  @Test func sizesInGeneralUseAreNearTheTruth() {
    for phi in [0.9, 0.5, 0, -0.9] {
      let ratios = (0..<40).compactMap { run -> Double? in
        let key = Self.key.folded("size").folded(UInt64(run))
        let trace = Trace(autoregressive(phi, chains: 4, draws: 10_000, key: key), chainCount: 4)
        return trace.effectiveSampleSize(for: .mean).map { $0 / 40_000 }
      }
      let truth = min((1 - phi) / (1 + phi), 4.602_059_991_327_962)
      let mean = ratios.reduce(0, +) / 40
      #expect(abs(mean / truth - 1) < 0.05, "φ = \(phi): \(mean), \(truth)")
    }
  }

  /// Sizes are capped at S log₁₀ S, where antithetic chains would have more.
  @Test func antitheticSizesAreCapped() {
    let values = autoregressive(-0.98, chains: 2, draws: 2000, key: Self.key.folded("cap"))
    let trace = Trace(values, chainCount: 2)
    let size = trace.effectiveSampleSize(for: .mean) ?? 0
    #expect(abs(size - 4000 * 3.602_059_991_327_962) < 1e-6)
    #expect((trace.autocorrelationTime?.effectiveSampleSize ?? 0) > 4000 * 10)
  }

  /// Estimates from many independent runs, each less the truth and over its own error, have unit
  /// variance.
  @Test(arguments: [0.0, 0.6]) func errorsAreTheSizeTheySayTheyAre(phi: Double) {
    let runs = 300
    // Of a standard normal distribution.
    let truths: [(Trace.Estimand, Double)] = [
      (.mean, 0), (.standardDeviation, 1), (.median, 0), (.quantile(0.9), 1.2815515655446004),
    ]
    for (estimand, truth) in truths {
      let scores = (0..<runs).map { run -> Double in
        let key = Self.key.folded("error \(phi)").folded(UInt64(run))
        let trace = Trace(autoregressive(phi, chains: 4, draws: 400, key: key), chainCount: 4)
        let estimate =
          switch estimand {
          case .mean: trace.mean
          case .standardDeviation: trace.standardDeviation
          case .median: trace.quantile(0.5)
          case .quantile(let probability): trace.quantile(probability)
          }
        return (estimate - truth) / (trace.standardError(of: estimand) ?? .nan)
      }
      let variance = scores.reduce(0) { $0 + $1 * $1 } / Double(runs)
      // The variance of a chi-squared variable over its degrees of freedom is 2/runs; errors that are
      // themselves estimated to 5 or 10 % add a little to it.
      #expect(
        abs(variance - 1) < 4 * (2 / Double(runs)).squareRoot() + 0.05,
        "\(estimand), φ = \(phi): \(variance)")
    }
  }

  /// ρₜ by Fourier transform and by its definition, lag by lag.
  @Test(arguments: [2, 3, 17, 100, 257]) func autocorrelationsAreTheirDefinition(draws: Int) {
    let values = autoregressive(0.8, chains: 3, draws: draws, key: Self.key.folded("lags"))
    let trace = Trace(values.map { $0 + 1e6 }, chainCount: 3)
    for (chain, correlations) in trace.autocorrelations(upToLag: 500).enumerated() {
      guard let correlations else {
        Issue.record("chain \(chain) has no autocorrelation")
        continue
      }
      let x = Array(trace.chain(chain))
      let mean = x.reduce(0) { $0 + ($1 - 1e6) } / Double(draws) + 1e6
      let total = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(correlations.count == draws)
      for lag in 0..<draws {
        let sum = (0..<draws - lag).reduce(0) { $0 + (x[$1] - mean) * (x[$1 + lag] - mean) }
        #expect(abs(correlations[lag] - sum / total) < 1e-9)
      }
    }
  }

  /// A slow chain's sum goes on beyond the lags of the short transform; nothing may change there.
  @Test func longSumsAreThoseOfTheDefinition() {
    let (draws, half) = (3000, 1500)
    let values = autoregressive(0.999, chains: 2, draws: draws, key: Self.key.folded("slow"))
    let rows = (0..<4).map { row in Array(values[row * half..<(row + 1) * half]) }
    let means = rows.map { $0.reduce(0, +) / Double(half) }
    let sums = (0..<half).map { lag -> Double in
      var sum = 0.0
      for (row, mean) in zip(rows, means) {
        for place in 0..<half - lag { sum += (row[place] - mean) * (row[place + lag] - mean) }
      }
      return sum / Double(4 * half)
    }
    let grand = means.reduce(0, +) / 4
    let between = means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / 3
    let direct = InitialSequence(
      autocovariances: sums.span, varianceOfMeans: between, length: half, chainCount: 4)
    #expect((direct?.lastLag ?? 0) > half / 8)
    let size = Trace(values, chainCount: 2).effectiveSampleSize(for: .mean) ?? 0
    #expect(abs(size / (direct?.effectiveSampleSize ?? 1) - 1) < 1e-9)
  }
}
