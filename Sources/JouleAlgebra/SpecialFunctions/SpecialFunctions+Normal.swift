import RealModule

extension SpecialFunctions {
  /// Φ(z), the standard normal distribution function; far to the right use Φ(−z).
  public static func normalCumulative(_ z: Double) -> Double {
    0.5 * Double.erfc(-z * 0.5.squareRoot())
  }

  /// The z with Φ(z) = p, for 0 ≤ p ≤ 1.
  ///
  /// In the tail by Newton's method on log Φ, which is concave: from a start to the left of the root
  /// the steps stay on that side and never overshoot, for every p.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    let offset = p - 0.5
    if abs(offset) < 0.25 { return centralQuantile(offset) }
    if offset > 0 { return -normalQuantile(1 - p) }
    let target = Double.log(p)
    // Φ(z) ≤ ½ e^(−z²/2) for z ≤ 0 bounds the root from the left.
    var z = -(2 * (-target - Double.log(2))).squareRoot()
    for _ in 0..<60 {
      let (logValue, ratio) = normalTail(z)
      let step = ratio * (target - logValue)
      z += step
      if abs(step) <= 4e-16 * abs(z) { break }
    }
    return z
  }

  /// The z with Φ(z) = ½ + q, |q| < ¼, by Newton's method on the error function: relative accuracy at 0.
  private static func centralQuantile(_ q: Double) -> Double {
    let scale = (2 * Double.pi).squareRoot()
    var z = q * scale
    for _ in 0..<20 {
      let excess = q - 0.5 * Double.erf(z * 0.5.squareRoot())
      let step = excess * scale * Double.exp(0.5 * z * z)
      z += step
      if abs(step) <= 1e-16 * abs(z) { break }
    }
    return z
  }

  /// log Φ(z) and Φ(z)/φ(z), of full relative accuracy for all z.
  ///
  /// Far to the left by the asymptotic series Φ/φ = −1/z (1 − 1/z² + 1·3/z⁴ − …). Reference: DLMF 7.12.1.
  public static func normalTail(_ z: Double) -> (logValue: Double, ratio: Double) {
    guard z < -20 else {
      let value = normalCumulative(z)
      let logValue = z > 1 ? Double.log(onePlus: -normalCumulative(-z)) : Double.log(value)
      return (logValue, value * Double.exp(0.5 * z * z) * (2 * Double.pi).squareRoot())
    }
    let square = 1 / (z * z)
    var series = 1.0
    for k in (1...11).reversed() { series = 1 - Double(2 * k - 1) * square * series }
    let ratio = -series / z
    return (-0.5 * z * z - halfLogTwoPi + Double.log(ratio), ratio)
  }
}
