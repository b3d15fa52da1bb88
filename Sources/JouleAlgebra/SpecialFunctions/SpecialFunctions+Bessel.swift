import RealModule

// The modified Bessel functions I₀ and I₁ in the combinations that directional statistics needs.
extension SpecialFunctions {
  /// From here on the asymptotic series reaches full accuracy: its least term is about e^(−2x).
  private static let besselAsymptoticStart = 20.0

  /// log I₀(x), for x ≥ 0.
  public static func logBesselI0(_ x: Double) -> Double {
    guard x >= 0 else { return .nan }
    if x < besselAsymptoticStart { return Double.log(onePlus: besselSeries(x).i0MinusOne) }
    return x - 0.5 * Double.log(2 * .pi * x) + Double.log(besselTail(x).value)
  }

  /// A(x) = I₁(x) / I₀(x), its derivative, and A(x)/x, for x ≥ 0.
  ///
  ///     A′(x) = 1 − A/x − A²
  ///
  /// For large x, where that formula cancels, A = 1 − 1/(2x) + (log s)′ and A′ = 1/(2x²) + (log s)″ with
  /// I₀(x) = eˣ s(x) / √(2πx).
  public static func besselRatio(
    _ x: Double
  ) -> (value: Double, slope: Double, overArgument: Double) {
    guard x >= 0 else { return (.nan, .nan, .nan) }
    if x < besselAsymptoticStart {
      let series = besselSeries(x)
      let overArgument = series.i1OverX / (1 + series.i0MinusOne)
      let value = overArgument * x
      return (value, 1 - overArgument - value * value, overArgument)
    }
    let tail = besselTail(x)
    let logSlope = tail.slope / tail.value
    let value = 1 - 0.5 / x + logSlope
    let slope = 0.5 / (x * x) + tail.curvature / tail.value - logSlope * logSlope
    return (value, slope, value / x)
  }

  /// I₀(x) − 1 = Σ_{k≥1} (x²/4)ᵏ / k!², and I₁(x)/x = ½ Σ (x²/4)ᵏ / (k! (k+1)!): all terms positive.
  ///
  /// Reference: DLMF 10.25.2.
  private static func besselSeries(_ x: Double) -> (i0MinusOne: Double, i1OverX: Double) {
    let square = x * x / 4
    var (term, sum0, sum1) = (1.0, 0.0, 1.0)
    var k = 1.0
    while term > 1e-18 * (1 + sum0) {
      term *= square / (k * k)
      sum0 += term
      sum1 += term / (k + 1)
      k += 1
    }
    return (sum0, sum1 / 2)
  }

  /// s(x) = Σ cₖ x^(−k) with c₀ = 1, cₖ = cₖ₋₁ (2k−1)²/(8k), and its derivatives.
  ///
  /// Reference: DLMF 10.40.1.
  private static func besselTail(
    _ x: Double
  ) -> (value: Double, slope: Double, curvature: Double) {
    var (value, slope, curvature) = (1.0, 0.0, 0.0)
    var term = 1.0
    var k = 1.0
    while abs(term) > 1e-18, k < 40 {
      let odd = 2 * k - 1
      term *= odd * odd / (8 * k * x)
      value += term
      slope -= k * term / x
      curvature += k * (k + 1) * term / (x * x)
      k += 1
    }
    return (value, slope, curvature)
  }
}
