import JouleAlgebra
import JouleRandom
import RealModule

/// The half of a normal curve on x ≥ 0, exp(y x − γ x² / 2), of which rectified units are made.
struct HalfNormal {
  /// y
  let slope: Double
  /// γ > 0
  let precision: Double

  /// y / √γ: where the whole curve's mean is, in its standard deviations.
  private var place: Double { slope / precision.squareRoot() }

  /// log ∫₀^∞ exp(y x − γ x²/2) dx = ½ log(2π/γ) + y²/2γ + log Φ(y/√γ).
  ///
  /// The last two cancel far to the left, where Φ/φ is taken instead of them.
  var logIntegral: Double {
    let scale = 0.5 * Double.log(precision)
    let tail = SpecialFunctions.normalTail(place)
    return place < 0
      ? Double.log(tail.ratio) - scale
      : 0.5 * Double.log(2 * Double.pi) + 0.5 * place * place + tail.logValue - scale
  }

  /// E[x] and E[x²] of the normalised half.
  ///
  ///     E[x] = (t + φ/Φ) / √γ,   E[x²] = (1 + y E[x]) / γ
  var moments: (first: Double, second: Double) {
    let t = place
    if t < -50 {
      // Both cancel: with φ/Φ = −t (1 + s − 2s² + 10s³ − 74s⁴ + 706s⁵ − …), s = 1/t², the sums that are left.
      let s = 1 / (t * t)
      let rest = s * (2 - s * (10 - s * (74 - s * 706)))
      return ((1 - rest) / (-t * precision.squareRoot()), rest / precision)
    }
    let first = (t + 1 / SpecialFunctions.normalTail(t).ratio) / precision.squareRoot()
    return (first, (1 + slope * first) / precision)
  }

  /// A draw: a normal number where at least half of the curve is there, else by rejection from an exponential
  /// distribution.
  ///
  /// Reference: C. Robert, Simulation of truncated normal variables, Statistics and Computing 5 (1995),
  /// proposition 2.3.
  func draw(using stream: inout RandomStream) -> Double {
    let t = place
    let deviation = 1 / precision.squareRoot()
    if t >= 0 {
      while true {
        let x = t + stream.normal(as: Double.self)
        if x >= 0 { return x * deviation }
      }
    }
    let rate = (-t + (t * t + 4).squareRoot()) / 2
    while true {
      let x = stream.exponential(as: Double.self) / rate
      let miss = x - t - rate
      if stream.uniform(as: Double.self) < Double.exp(-0.5 * miss * miss) { return x * deviation }
    }
  }
}
