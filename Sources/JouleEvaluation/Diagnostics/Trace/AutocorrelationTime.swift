/// How many draws of dependent chains are worth one independent draw of their mean, and how sure that is.
///
///     τ = 1 + 2 Σₜ w(t) ρₜ,   effective sample size S / τ
///
/// It is below 1 where chains are antithetic. ``Trace/effectiveSampleSize(for:)`` follows another rule,
/// the one that is in general use: it is more careful about short chains, and has an upper bound.
public struct AutocorrelationTime: Sendable, Equatable {
  /// τ, in draws.
  public let value: Double
  /// √(2 (1 + 2 Σ w²) / S) · τ: the noise of such a sum, apart from the choice of its window.
  public let standardError: Double
  /// Draws of all chains together.
  public let drawCount: Int

  /// S / τ.
  public var effectiveSampleSize: Double { Double(drawCount) / value }
}

extension Trace {
  /// The autocorrelation time of the values.
  ///
  /// Correlations count fully up to the lag at which Geyer's initial sequence ends, and then less and
  /// less, to nothing at twice that lag. They are taken around the mean of all chains: that of each
  /// chain alone follows its own draws, a bias that antithetic chains feel.
  ///
  /// References: D. Politis and J. Romano, Bias-corrected nonparametric spectral estimation, Journal of Time
  /// Series Analysis 16 (1995), 67-103 (the window); N. Madras and A. Sokal, The pivot algorithm, J. Stat.
  /// Phys. 50 (1988), 109-186, appendix C (the error).
  public var autocorrelationTime: AutocorrelationTime? {
    var analysis = analysis()
    guard let sequence = analysis.times(of: [.values])[0] else { return nil }
    let flat = Swift.max(sequence.lastLag, 4)
    let lagCount = Swift.min(2 * flat, drawCount)
    var engine = Autocovariances(length: drawCount, lagCount: lagCount)
    let means = [Double](repeating: analysis.mean, count: chainCount)
    let sums = engine.means(of: values, means: means, setCount: 1)
    var (value, squares) = (1.0, 1.0)
    for lag in 1..<lagCount {
      let weight = Swift.min(1, 2 - Double(lag) / Double(flat))
      // Each lag has fewer products than the one before.
      let share = Double(drawCount) / Double(drawCount - lag)
      value += 2 * weight * share * sums[lag] / sums[0]
      squares += 2 * weight * weight
    }
    let error = (2 * squares / Double(values.count)).squareRoot() * abs(value)
    return AutocorrelationTime(value: value, standardError: error, drawCount: values.count)
  }
}
