import RealModule

/// The ratio of two partition functions from weights in both directions: Bennett's acceptance ratio, of all
/// estimates from these weights the one of least variance.
///
///     Σᵢ σ(fᵢ − Δ − M) = Σⱼ σ(rⱼ + Δ + M),   M = log(n_f / n_r),   Δ ≈ log Z₁/Z₀
///
/// with f the log weights from p₀ to p₁ and r those back. The side on which either direction alone errs
/// cancels; where the directions hardly overlap so does the meaning of the standard error.
///
/// References: C. Bennett, Efficient estimation of free energy differences from Monte Carlo data, J. Comput.
/// Phys. 22 (1976), eq. 12; M. Shirts, E. Bair, G. Hooker, V. Pande, Equilibrium free energies from
/// nonequilibrium measurements using maximum-likelihood methods, PRL 91 (2003), arXiv:cond-mat/0306119,
/// eq. 8.
public struct BennettAcceptanceRatio: Sendable, Equatable {
  /// Δ, in nats; NaN where every weight of a direction is zero.
  public let logRatio: Double
  /// By the large-sample variance; infinite where a direction has one weight.
  public let standardError: Double
  /// How far the directions see the same: 1 where their weights are constant, 0 where they do not meet.
  ///
  ///     ∫ p_f p_r (n_f + n_r) / (n_f p_f + n_r p_r)
  public let overlap: Double

  /// - Parameters:
  ///   - forward: weights of draws from p₀, of mean Z₁/Z₀.
  ///   - reverse: weights of draws from p₁, of mean Z₀/Z₁.
  public init(forward: ImportanceWeights, reverse: ImportanceWeights) {
    let (f, r) = (forward.logWeights, reverse.logWeights)
    let (forwardCount, reverseCount) = (Double(f.count), Double(r.count))
    let offset = Double.log(forwardCount / reverseCount)
    let ends = f.filter { $0 > -.infinity } + r.filter { $0 > -.infinity }.map { -$0 }
    guard forward.logMean > -.infinity, reverse.logMean > -.infinity,
      var low = ends.min(), var high = ends.max()
    else {
      (logRatio, standardError, overlap) = (.nan, .infinity, 0)
      return
    }
    // The difference of the sides falls in Δ. Beyond all weights by this much it has its sign.
    let margin = abs(offset) + Double.log(forwardCount + reverseCount) + 40
    low -= margin
    high += margin
    while high - low > 1e-13 * Swift.max(1, abs(low), abs(high)) {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      let left = f.reduce(0) { $0 + Self.logistic($1 - middle - offset) }
      let right = r.reduce(0) { $0 + Self.logistic($1 + middle + offset) }
      if left > right { low = middle } else { high = middle }
    }
    let root = low + (high - low) / 2
    let left = f.map { Self.logistic($0 - root - offset) }
    let right = r.map { Self.logistic($0 + root + offset) }
    logRatio = root
    standardError =
      (Self.relativeVariance(left) + Self.relativeVariance(right)).squareRoot()
    overlap =
      left.reduce(0, +) / forwardCount * (forwardCount + reverseCount) / reverseCount
  }

  /// The variance of the mean over the square of the mean.
  private static func relativeVariance(_ values: [Double]) -> Double {
    let count = Double(values.count)
    guard count > 1 else { return .infinity }
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / (count - 1) / count / (mean * mean)
  }

  private static func logistic(_ x: Double) -> Double {
    // exp of a negative number only: no overflow to infinity.
    if x < 0 {
      let e = Double.exp(x)
      return e / (1 + e)
    }
    return 1 / (1 + Double.exp(-x))
  }
}
