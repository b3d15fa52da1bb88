extension Trace {
  /// The potential scale reduction R-hat: the larger of the one for location and the one for scale.
  ///
  ///     R̂ = √((B/W + n − 1) / n)
  ///
  /// of rank-normalized halves of the chains, n draws each: B is n times the variance of their means, W
  /// the mean of their variances. For scale the draws are folded first, |x − median|. Below 1.01 where
  /// chains agree; infinite where they are apart and do not move.
  ///
  /// Reference: Vehtari et al., §3.1 (split), §4.1 (ranks), §4.2 (folding).
  public var rHat: Double? {
    var analysis = analysis()
    return analysis.rHat
  }

  /// The split R-hat of the draws as they are, neither ranked nor folded: for chains with a variance.
  public var splitRHat: Double? { analysis().splitRHat }

  /// The effective sample size of rank-normalized halves: how well the bulk of the distribution is known.
  public var bulkEffectiveSampleSize: Double? { size(of: .scores) }

  /// The smaller of the effective sample sizes of the 5 % and 95 % quantiles: how well the tails are known.
  ///
  /// Nil where one of these quantiles is the largest value, as of a variable of few values.
  public var tailEffectiveSampleSize: Double? {
    var analysis = analysis()
    return analysis.tailEffectiveSampleSize
  }

  /// What is estimated from draws.
  public enum Estimand: Sendable, Hashable {
    case mean
    case standardDeviation
    case median
    /// A probability from 0 to 1.
    case quantile(Double)
  }

  /// How many independent draws would tell as much about it.
  ///
  /// That of the values for the mean, of |x − mean| for the standard deviation, of [x ≤ q] for a quantile
  /// q; of halves of the chains each time.
  public func effectiveSampleSize(for estimand: Estimand) -> Double? {
    switch estimand {
    case .mean: size(of: .values)
    case .standardDeviation: size(of: .absoluteDeviations)
    case .median: size(of: .below(0.5))
    case .quantile(let probability): size(of: .below(probability))
    }
  }

  private func size(of quantity: TraceAnalysis.Quantity) -> Double? {
    var analysis = analysis()
    return analysis.times(of: [quantity])[0]?.effectiveSampleSize
  }

  /// The Monte-Carlo standard error (MCSE): how far an estimate from these draws is off, typically.
  ///
  ///     mean:  sd / √ESS
  ///     sd:    √((m₄ − m₂²) / ESS of (x − mean)²) / (2 √m₂),   mₖ = mean of (x − mean)ᵏ
  ///     quantile:  half the width of an interval of 68.27 % between order statistics, from the beta
  ///                distribution with parameters p · ESS + 1 and (1 − p) · ESS + 1
  ///
  /// References: J. Kenney and E. Keeping, Mathematics of Statistics, part 2 (1951), p. 141; Vehtari et al.,
  /// §4.4.
  public func standardError(of estimand: Estimand) -> Double? {
    var analysis = analysis()
    switch estimand {
    case .mean: return analysis.standardErrorOfMean(analysis.times(of: [.values])[0])
    case .standardDeviation:
      return analysis.standardErrorOfDeviation(analysis.times(of: [.squaredDeviations])[0])
    case .median: return analysis.standardErrorOfQuantile(0.5)
    case .quantile(let probability): return analysis.standardErrorOfQuantile(probability)
    }
  }
}
