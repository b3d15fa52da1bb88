import RealModule

/// Special functions of real arguments that neither the C library nor swift-numerics has, in Double.
///
/// Outside a domain the result is NaN, as of `log`. Accuracies are relative, and hold for the arguments
/// that are given; where a function is as small as e^(−t) its exponent alone costs t·ε.
///
/// | function | accuracy | domain tested |
/// |---|---|---|
/// | ``digamma(_:)``, ``digammaDifference(from:by:)`` | 4e-15 | 1e-8 ... 1e10, and at the zero of ψ |
/// | ``trigamma(_:)`` | 2e-15 | 1e-8 ... 1e10 |
/// | ``logBeta(_:_:)`` | 2e-14 | 1e-6 ... 1e8 |
/// | ``regularizedGamma(shape:at:)`` | 2e-14 | shape 0.05 ... 1e4, values from 1e-12 |
/// | ``regularizedBeta(_:_:at:complement:)`` | 3e-14 | shapes 0.05 ... 1e4, values from 1e-12 |
/// | ``besselRatio(_:)`` and its slope, ``logBesselI0(_:)`` | 3e-15, slope 3e-13 | 1e-8 ... 1e6 |
/// | ``normalCumulative(_:)``, ``normalQuantile(_:)`` | 1e-14 | −37 ... 8 |
public enum SpecialFunctions {
  /// log(1 + x) − x without cancellation at 0.
  ///
  ///     with r = x / (2 + x):  log(1 + x) = 2 artanh r,  so  log(1 + x) − x = r (−x + 2r² Σ r²ᵏ/(2k+3))
  static func log1pMinus(_ x: Double) -> Double {
    guard abs(x) < 0.5 else { return Double.log(onePlus: x) - x }
    let r = x / (2 + x)
    let square = r * r
    var sum = 0.0
    // |r| ≤ 1/3: 17 terms reach 3^(−34), below the last place.
    for k in (0...16).reversed() { sum = sum * square + 1 / Double(2 * k + 3) }
    return r * (2 * square * sum - x)
  }
}
