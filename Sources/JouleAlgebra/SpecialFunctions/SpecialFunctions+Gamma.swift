import RealModule

// Asymptotic series are used from 10 on: with the terms that are kept the first one left out is below
// 1e-17 there. References are to the NIST Digital Library of Mathematical Functions, dlmf.nist.gov.
extension SpecialFunctions {
  private static let asymptoticStart = 10.0
  static let halfLogTwoPi = 0.918_938_533_204_672_741_780_329_736_406

  /// B₂ₖ / 2k for k = 1, 2, …: the coefficients of ψ and, over 2k − 1, of log Γ.
  private static let bernoulli: [Double] = [
    1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32760.0, 1 / 12.0,
    -3617 / 8160.0, 43867 / 14364.0,
  ]

  /// log |Γ(x)|, of the C library.
  public static func logGamma(_ x: Double) -> Double { Double.logGamma(x) }

  /// log Γ(x) less the head of Stirling's formula, for x > 0.
  ///
  ///     log Γ(x) = (x − ½) log x − x + ½ log 2π + s(x),   s(x) → 1/(12x)
  ///
  /// Reference: DLMF 5.11.1.
  static func stirlingCorrection(_ x: Double) -> Double {
    guard x >= asymptoticStart else {
      return Double.logGamma(x) - ((x - 0.5) * Double.log(x) - x + halfLogTwoPi)
    }
    let inverse = 1 / x
    let square = inverse * inverse
    var sum = 0.0
    for k in bernoulli.indices.reversed() { sum = sum * square + bernoulli[k] / Double(2 * k + 1) }
    return sum * inverse
  }

  /// log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b) for a, b > 0, without the cancellation of large
  /// terms.
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (low, high) = (min(a, b), max(a, b))
    guard low > 0 else { return .nan }
    if high < asymptoticStart {
      return Double.logGamma(low) + Double.logGamma(high) - Double.logGamma(low + high)
    }
    let rest = stirlingCorrection(high) - stirlingCorrection(low + high)
    let ratio = low / high
    if low < asymptoticStart {
      // log Γ(high) − log Γ(low + high) by Stirling's formula.
      return Double.logGamma(low) + rest
        + low - low * Double.log(high) - (high + low - 0.5) * Double.log(onePlus: ratio)
    }
    return rest + stirlingCorrection(low) + halfLogTwoPi - 0.5 * Double.log(high)
      + (low - 0.5) * Double.log(ratio / (1 + ratio)) - high * Double.log(onePlus: ratio)
  }

  /// log of the binomial coefficient n over k, for 0 ≤ k ≤ n; they need not be whole.
  public static func logChoose(_ n: Double, _ k: Double) -> Double {
    -Double.log(onePlus: n) - logBeta(n - k + 1, k + 1)
  }

  /// log Γ_p(x) = ¼ p (p − 1) log π + Σⱼ log Γ(x − j/2), j = 0 … p − 1: the multivariate gamma function.
  ///
  /// Reference: DLMF 35.3.4.
  public static func logMultivariateGamma(_ x: Double, order: Int) -> Double {
    let p = Double(order)
    return (0..<order).reduce(0.25 * p * (p - 1) * Double.log(.pi)) {
      $0 + Double.logGamma(x - Double($1) / 2)
    }
  }

  /// ψ(x) = d/dx log Γ(x), for x > 0.
  ///
  /// Reference: DLMF 5.5.2 (recurrence) and 5.11.2 (asymptotic series).
  public static func digamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    // The zero of ψ, in two parts: about it the value is the difference to 0.
    let root = (high: 1.461_632_144_968_362_2, low: 9.549_995_429_965_697_5e-17)
    let offset = x - root.high - root.low
    if abs(offset) < 0.4 { return digammaDifference(from: root.high, by: offset) }
    var sum = 0.0
    var y = x
    while y < asymptoticStart {
      sum -= 1 / y
      y += 1
    }
    let square = 1 / (y * y)
    var series = 0.0
    for coefficient in bernoulli.reversed() { series = (series + coefficient) * square }
    return sum + (Double.log(y) - 0.5 / y - series)
  }

  /// ψ(x + h) − ψ(x) for x, x + h > 0, without cancellation where h is small.
  ///
  ///     Σₖ h / ((x+k)(x+h+k)) over the steps to 10, then the asymptotic series term by term
  public static func digammaDifference(from x: Double, by h: Double) -> Double {
    guard x > 0, x + h > 0 else { return .nan }
    var sum = 0.0
    var y = x
    while min(y, y + h) < asymptoticStart {
      sum += h / (y * (y + h))
      y += 1
    }
    let logRatio = Double.log(onePlus: h / y)
    let square = 1 / (y * y)
    var power = 1.0
    var series = 0.0
    for (k, coefficient) in bernoulli.enumerated() {
      power *= square
      // (y + h)^(−2k) − y^(−2k).
      series += coefficient * power * Double.expMinusOne(-2 * Double(k + 1) * logRatio)
    }
    return sum + (logRatio + 0.5 * h / (y * (y + h)) - series)
  }

  /// ψ′(x) for x > 0.
  ///
  /// Reference: DLMF 5.15.5 (recurrence) and 5.15.8 (asymptotic series).
  public static func trigamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var sum = 0.0
    var y = x
    while y < asymptoticStart {
      sum += 1 / (y * y)
      y += 1
    }
    let square = 1 / (y * y)
    var series = 0.0
    for k in bernoulli.indices.reversed() {
      series = (series + bernoulli[k] * Double(2 * k + 2)) * square
    }
    return sum + (1 / y + 0.5 * square + series / y)
  }
}
