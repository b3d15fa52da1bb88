import JouleAlgebra
import RealModule

/// How many steps a chain needs to forget where it began, in total variation.
///
///     d(t) = max over j of ½ Σᵢ |(T^t)[i, j] − πᵢ|,   t_mix(ε) = min { t : d(t) ≤ ε }
///
/// Reference: LP §4.4–4.5.
public struct MixingTime: Sendable, Equatable {
  /// ε.
  public let threshold: Double
  /// t_mix(ε).
  public let steps: Int
  /// d(t) at the times that were looked at, ascending.
  public let distances: [Distance]

  /// d(t) at one time.
  public struct Distance: Sendable, Hashable {
    public let steps: Int
    public let totalVariation: Double
  }
}

/// Between which times a chain's mixing time lies, as its eigenvalues tell.
public struct MixingBounds: Sendable, Equatable {
  /// ⌈log(1/2ε) / log(1/|λ₂|)⌉, since |λ|^t ≤ 2 d(t) for every eigenvalue λ ≠ 1 (LP (12.15)).
  public let lower: Double
  /// ⌈log(√(1/π_min − 1) / 2ε) / log(1/σ₂)⌉ with σ₂² the second eigenvalue of the multiplicative
  /// reversibilization T̃ T, since 2 d(t) ≤ σ₂^t √(1/π_min − 1) (Fill 1991, Theorem 2.1; LP (12.13)). For
  /// a reversible chain σ₂ = |λ₂|. Infinite where σ₂ = 1, or π has a zero.
  public let upper: Double

  init(
    threshold: Double, secondModulus: Double, secondSingularValue: Double?, leastProbability: Double
  ) {
    func steps(_ factor: Double, _ rate: Double) -> Double {
      if factor <= 1 { return 0 }
      if rate <= 0 { return 1 }
      // The logarithm of a number close to one, without losing its distance from one.
      return rate < 1 ? (.log(factor) / -.log(onePlus: rate - 1)).rounded(.up) : .infinity
    }
    // Less a share of rounding, so that a bound that is attained stays one. One state has no second
    // eigenvalue.
    lower =
      leastProbability < 1 ? steps(1 / (2 * threshold), secondModulus * (1 - 1e-12)) : 0
    if let secondSingularValue, leastProbability > 0 {
      upper = steps(
        (1 / leastProbability - 1).squareRoot() / (2 * threshold),
        min(1, secondSingularValue * (1 + 1e-12)))
    } else {
      upper = .infinity
    }
  }
}
