import RealModule

/// A probability and its complement, each with its own relative accuracy.
public struct ProbabilityPair: Sendable, Equatable {
  /// P: of what lies below.
  public let lower: Double
  /// 1 − P.
  public let upper: Double

  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  init(lower: Double) { self.init(lower: lower, upper: 1 - lower) }
  init(upper: Double) { self.init(lower: 1 - upper, upper: upper) }

  /// The two exchanged.
  var swapped: ProbabilityPair { ProbabilityPair(lower: upper, upper: lower) }

  static let undefined = ProbabilityPair(lower: .nan, upper: .nan)
}

extension SpecialFunctions {
  /// The regularized incomplete gamma functions P(a, x) and Q(a, x), for a > 0, x ≥ 0.
  ///
  ///     P(a, x) = 1/Γ(a) ∫₀ˣ t^(a−1) e^(−t) dt,   Q = 1 − P
  ///
  /// The smaller of the two is computed: below a + 1 by the power series (DLMF 8.11.4), above by the
  /// continued fraction (DLMF 8.9.2).
  ///
  /// - Complexity: O(√a) terms where x is near a.
  public static func regularizedGamma(shape a: Double, at x: Double) -> ProbabilityPair {
    guard a > 0, x >= 0 else { return .undefined }
    if x == 0 { return ProbabilityPair(lower: 0) }
    if x.isInfinite { return ProbabilityPair(lower: 1) }
    // x^a e^(−x) / Γ(a + 1).
    let power =
      Double.exp(a * log1pMinus((x - a) / a) - stirlingCorrection(a)) / (2 * .pi * a).squareRoot()
    if x < a + 1 {
      var term = 1.0
      var sum = 1.0
      var n = a + 1
      while term > sum * 1e-17 {
        term *= x / n
        sum += term
        n += 1
      }
      return ProbabilityPair(lower: power * sum)
    }
    let fraction = continuedFraction(
      first: x + 1 - a,
      next: { n in (-n * (n - a), x + 2 * n + 1 - a) })
    return ProbabilityPair(upper: power * a / fraction)
  }

  /// The regularized incomplete beta function I_x(a, b) and its complement, for a, b > 0, 0 ≤ x ≤ 1.
  ///
  ///     I_x(a, b) = 1/B(a, b) ∫₀ˣ t^(a−1) (1 − t)^(b−1) dt
  ///
  /// By the continued fraction of DLMF 8.17.22, on the side where it converges fast.
  ///
  /// - Parameter complement: 1 − x, where it is known better than the subtraction gives it.
  /// - Complexity: O(√max(a, b)) terms.
  public static func regularizedBeta(
    _ a: Double, _ b: Double, at x: Double, complement: Double? = nil
  ) -> ProbabilityPair {
    let y = complement ?? 1 - x
    guard a > 0, b > 0, x >= 0, y >= 0 else { return .undefined }
    if x == 0 { return ProbabilityPair(lower: 0) }
    if y == 0 { return ProbabilityPair(lower: 1) }
    if x > (a + 1) / (a + b + 2) { return regularizedBeta(b, a, at: y, complement: x).swapped }
    let fraction = continuedFraction(first: 1) { number in
      // Terms come in pairs: d₂ₘ and d₂ₘ₊₁.
      let m = (number / 2).rounded(.down)
      let isOdd = number != 2 * m
      let numerator =
        isOdd
        ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      return (numerator, 1)
    }
    return ProbabilityPair(lower: betaPower(a, b, x, y) / (a * fraction))
  }

  /// x^a y^b / B(a, b), y = 1 − x, by way of what x and y differ from their values at the peak.
  ///
  /// The smaller of x and y is exact, the other one rounded, which a large exponent would magnify.
  private static func betaPower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    // x b − y a.
    let excess = x <= y ? (-a).addingProduct(x, a + b) : b.addingProduct(-y, a + b)
    let (relative, complementary) = (excess / a, -excess / b)
    guard min(a, b) >= 1, abs(relative) < 0.5, abs(complementary) < 0.5 else {
      let logX = x <= y ? Double.log(x) : Double.log(onePlus: -y)
      let logY = x <= y ? Double.log(onePlus: -x) : Double.log(y)
      return Double.exp(a * logX + b * logY - logBeta(a, b))
    }
    let exponent =
      a * log1pMinus(relative) + b * log1pMinus(complementary) + stirlingCorrection(a + b)
      - stirlingCorrection(a) - stirlingCorrection(b)
    return Double.exp(exponent) * (a / (a + b) * b / (2 * .pi)).squareRoot()
  }

  /// b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz algorithm.
  ///
  /// Reference: I. J. Thompson, A. R. Barnett, Coulomb and Bessel functions of complex arguments and
  /// order, Journal of Computational Physics 64 (1986), §III.
  private static func continuedFraction(
    first: Double, next: (Double) -> (numerator: Double, denominator: Double)
  ) -> Double {
    let tiny = 1e-300
    var value = first == 0 ? tiny : first
    var (c, d) = (value, 0.0)
    var n = 1.0
    // A bound that no argument of a probability model reaches; the terms settle in O(√a).
    while n < 1e6 {
      let (numerator, denominator) = next(n)
      d = denominator + numerator * d
      c = denominator + numerator / c
      d = 1 / (d == 0 ? tiny : d)
      if c == 0 { c = tiny }
      let factor = c * d
      value *= factor
      if abs(factor - 1) < 2e-16 { return value }
      n += 1
    }
    return .nan
  }
}
