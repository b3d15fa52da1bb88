import RealModule

/// Importance weights whose tail is replaced by that of a fitted distribution, and the shape k of that tail.
///
/// k says how far the weights can be believed: weights have 1/k moments. Below 0.5 their variance is finite
/// and estimates converge as usual; up to 0.7 smoothed estimates are still good at practical sizes; above,
/// the proposal misses too much of the target, and neither an estimate nor its standard error means much.
///
/// Reference: A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, Pareto smoothed importance sampling,
/// JMLR 25 (2024), arXiv:1507.02646, algorithm 1.
public struct ParetoSmoothing: Sendable, Equatable {
  /// The weights, their tail smoothed; none above the largest of the raw ones.
  public let weights: ImportanceWeights
  /// k; nil where the tail has fewer than five weights above the others, so that nothing can be fitted:
  /// too few draws, or equal weights.
  public let shape: Double?

  /// - Parameters:
  ///   - raw: the weights; few of them have little tail.
  ///   - relativeEfficiency: effective sample size over size of the draws, where they come from a
  ///     Markov chain; above 0.
  public init(_ raw: ImportanceWeights, relativeEfficiency: Double = 1) {
    precondition(
      relativeEfficiency > 0 && relativeEfficiency.isFinite,
      "a relative efficiency is positive, got \(relativeEfficiency)")
    let count = raw.logWeights.count
    let largest = raw.logWeights.max() ?? -.infinity
    let size = Double(count)
    let tailSize = Int(
      Swift.min(size / 5, 3 * (size / relativeEfficiency).squareRoot()).rounded(.up))
    let order = raw.logWeights.indices.sorted { raw.logWeights[$0] < raw.logWeights[$1] }
    guard tailSize > 4, tailSize < count, largest > -.infinity else {
      self.init(raw, shape: nil)
      return
    }
    // Relative to the largest, whose weight is 1; below the smallest normal number nothing counts.
    let cutoff = Swift.max(
      raw.logWeights[order[count - tailSize - 1]] - largest,
      Double.log(Double.leastNormalMagnitude))
    let tail = order.filter { raw.logWeights[$0] - largest > cutoff }
    let threshold = Double.exp(cutoff)
    let excesses = tail.map { Double.exp(raw.logWeights[$0] - largest) - threshold }
    guard tail.count > 4, let fit = GeneralizedPareto(fittedTo: excesses) else {
      self.init(raw, shape: nil)
      return
    }
    var smoothed = raw.logWeights
    for (rank, index) in tail.enumerated() {
      let quantile = fit.quantile((Double(rank) + 0.5) / Double(tail.count))
      smoothed[index] = largest + Swift.min(0, Double.log(quantile + threshold))
    }
    self.init(ImportanceWeights(smoothed), shape: fit.shape)
  }

  private init(_ weights: ImportanceWeights, shape: Double?) {
    self.weights = weights
    self.shape = shape
  }
}

/// The generalised Pareto distribution of what lies above a threshold.
///
///     F(x) = 1 − (1 + k x / σ)^(−1/k),   x ≥ 0
struct GeneralizedPareto: Sendable, Equatable {
  /// k.
  let shape: Double
  /// σ.
  let scale: Double

  /// The estimate of Zhang and Stephens, k shrunk towards 0.5 as by ten more observations: for short
  /// tails.
  ///
  /// - Parameter excesses: ascending, positive, at least five.
  ///
  /// References: J. Zhang, M. Stephens, A new and efficient estimation method for the generalized Pareto
  /// distribution, Technometrics 51 (2009), §2, with 30 + √n points and b = −k/σ; Vehtari et al.,
  /// JMLR 25 (2024), appendix G.
  init?(fittedTo excesses: [Double]) {
    let count = Double(excesses.count)
    let points = 30 + Int(count.squareRoot())
    let quartile = excesses[Int(count / 4 + 0.5) - 1]
    let largest = excesses[excesses.count - 1]
    let candidates = (1...points).map { point in
      1 / largest
        + (1 - (Double(points) / (Double(point) - 0.5)).squareRoot()) / (3 * quartile)
    }
    let shapes = candidates.map { Self.shape(of: excesses, $0) }
    let logLikelihoods = zip(candidates, shapes).map { candidate, shape in
      count * (Double.log(-candidate / shape) - shape - 1)
    }
    guard logLikelihoods.allSatisfy({ $0 < .infinity }) else { return nil }
    var weights = ImportanceWeights(logLikelihoods).normalized
    // Candidates that weigh next to nothing are left out: there rounding decides.
    weights = weights.map { $0 >= 10 * Double.ulpOfOne ? $0 : 0 }
    let total = weights.reduce(0, +)
    let mean = zip(candidates, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let raw = Self.shape(of: excesses, mean)
    guard raw.isFinite, mean != 0 else { return nil }
    scale = -raw / mean
    shape = (count * raw + 10 * 0.5) / (count + 10)
  }

  /// (1/n) Σ log(1 − b xᵢ), the most likely shape for b.
  private static func shape(of excesses: [Double], _ b: Double) -> Double {
    excesses.reduce(0) { $0 + Double.log(onePlus: -b * $1) } / Double(excesses.count)
  }

  /// F⁻¹(p).
  func quantile(_ p: Double) -> Double {
    let logTail = Double.log(onePlus: -p)
    guard abs(shape) >= Double.ulpOfOne else { return -scale * logTail }
    return scale * Double.expMinusOne(-shape * logTail) / shape
  }
}
