internal import RealModule

/// How many draws of dependent chains are worth one independent draw.
///
///     τ = 1 + 2 Σₜ ρₜ,   effective sample size S / τ
///
/// The sum is Geyer's initial monotone sequence: pairs ρ₂ₖ + ρ₂ₖ₊₁ as long as they are positive, never
/// growing; the lags beyond are noise. τ is below 1 where chains are antithetic.
///
/// References: C. Geyer, Practical Markov chain Monte Carlo, Statistical Science 7 (1992), 473-483, §3.3;
/// A. Vehtari et al., Bayesian Analysis 16 (2021), arXiv:1903.08008, §3.2.
package struct InitialSequence: Sendable, Equatable {
  /// τ, in draws.
  package let value: Double
  /// The largest lag of the sum.
  package let lastLag: Int
  /// Draws of all chains together.
  package let drawCount: Int

  /// S / τ, at most S log₁₀ S: beyond that the sum says no more than that the chains are very
  /// antithetic.
  package var effectiveSampleSize: Double {
    let count = Double(drawCount)
    return count / Swift.max(value, 1 / Double.log10(count))
  }
}

extension InitialSequence {
  /// The sum over lags of several chains of equal length; nil when it goes on beyond the lags given.
  ///
  ///     ρₜ = 1 − (W − mean autocovariance at t) / V
  ///     W = mean variance within chains,   V = W (n − 1)/n + variance of the chains' means
  ///
  /// The chains are not split here. The sum ends where R's posterior ends it, oddities included: with
  /// no pair after the first, as in chains of fewer than six draws, τ is 2 whatever they hold.
  ///
  /// - Parameters:
  ///   - autocovariances: mean over chains of (1/n) Σ (xᵢ − x̄)(xᵢ₊ₜ − x̄), for t = 0, 1, …
  ///   - varianceOfMeans: between chains; 0 of a single one.
  ///   - length: n, at least 3.
  package init?(
    autocovariances: Span<Double>, varianceOfMeans: Double, length: Int, chainCount: Int
  ) {
    let n = Double(length)
    let within = autocovariances[0] * n / (n - 1)
    let total = autocovariances[0] + varianceOfMeans
    func correlation(_ lag: Int) -> Double { 1 - (within - autocovariances[lag]) / total }

    var correlations = [1, correlation(1)]
    var lag = 0
    var (even, odd) = (correlations[0], correlations[1])
    while lag < length - 5, even + odd > 0 {
      lag += 2
      guard lag + 1 < autocovariances.count else { return nil }
      (even, odd) = (correlation(lag), correlation(lag + 1))
      let isPositive = even + odd >= 0
      correlations += isPositive ? [even, odd] : [0, 0]
    }
    let last = lag
    // One lag more, where it is positive, halves the variance for antithetic chains.
    if even > 0 { correlations[last] = even }
    for lag in stride(from: 2, through: last - 2, by: 2) {
      let before = correlations[lag - 2] + correlations[lag - 1]
      if correlations[lag] + correlations[lag + 1] > before {
        correlations[lag] = before / 2
        correlations[lag + 1] = before / 2
      }
    }
    // The sum has the term at lag zero even where it is the last one.
    let sum = correlations[..<Swift.max(last, 1)].reduce(0, +)
    value = -1 + 2 * sum + correlations[last]
    lastLag = last
    drawCount = length * chainCount
  }
}
