internal import RealModule

/// The inverse of the beta distribution function.
package enum BetaQuantile {
  /// x with I_x(a, b) = p, the regularized incomplete beta function.
  ///
  /// Newton's method, kept between bounds that are halved where it would leave them. Accuracy: about
  /// 1e-9 relative in I for a + b up to 1e7, where log-gamma loses digits.
  ///
  /// - Precondition: 0 < p < 1; a, b > 0.
  package static func value(_ p: Double, a: Double, b: Double) -> Double {
    precondition(p > 0 && p < 1 && a > 0 && b > 0, "beta quantile of p = \(p), a = \(a), b = \(b)")
    var (low, high) = (0.0, 1.0)
    let mean = a / (a + b)
    let deviation = (mean * (1 - mean) / (a + b + 1)).squareRoot()
    var x = mean + NormalQuantile.value(p) * deviation
    if !(x > 0 && x < 1) { x = mean }
    for _ in 0..<200 {
      let error = distribution(x, a, b) - p
      if error < 0 { low = x } else { high = x }
      let slope = Double.exp(
        (a - 1) * Double.log(x) + (b - 1) * Double.log(onePlus: -x) - logBeta(a, b))
      var next = x - error / slope
      if !(next > low && next < high) { next = (low + high) / 2 }
      if abs(next - x) <= 1e-14 * x { return next }
      x = next
    }
    return x
  }

  /// I_x(a, b), by its continued fraction on the side where that converges fast.
  ///
  /// Reference: NIST Digital Library of Mathematical Functions, 8.17.20 and 8.17.22.
  package static func distribution(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = Double.exp(a * Double.log(x) + b * Double.log(onePlus: -x) - logBeta(a, b))
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
  }

  private static func logBeta(_ a: Double, _ b: Double) -> Double {
    Double.logGamma(a) + Double.logGamma(b) - Double.logGamma(a + b)
  }

  /// 1 / (1 + d₁ / (1 + d₂ / (1 + …))), from the front by Lentz's method.
  ///
  /// Reference: I. Thompson and A. Barnett, J. Comput. Phys. 64 (1986), 490-509, §4.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var (c, d, result) = (1.0, 0.0, 1.0)
    for step in 1..<100_000 {
      let m = Double(step / 2)
      let term =
        step % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + term * d
      c = 1 + term / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      result *= c * d
      if abs(c * d - 1) < 1e-15 { break }
    }
    return 1 / result
  }
}
