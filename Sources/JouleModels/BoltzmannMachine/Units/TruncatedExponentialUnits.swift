import JouleRandom
import JouleTensor
import RealModule

/// Numbers between 0 and 1 of a truncated exponential distribution: grey levels.
///
///     x ∈ [0, 1],   U(x) = −b x,   Γ(I) = log (e^y − 1) / y,   y = b + I
///
/// Reference: Y. Bengio, P. Lamblin, D. Popovici, H. Larochelle, Greedy layer-wise training of deep networks,
/// NIPS 2006, §2.3.
public struct TruncatedExponentialUnits: ElementwiseUnits {
  public static let kind = "truncated-exponential"
  public let count: Int

  public init(_ count: Int) { self.count = count }

  public func resized(to count: Int) -> TruncatedExponentialUnits {
    TruncatedExponentialUnits(count)
  }
  public var valuesInWords: String { "numbers from 0 to 1" }
  var support: ClosedRange<Double> { 0...1 }

  func potential(_ x: Double, _ shape: [Double]) -> Double {
    support.contains(x) ? 0 : .infinity
  }

  /// Of y and −y: log (e^y − 1)/y = y + log (1 − e^−y)/y; by its series near 0.
  func logPartition(_ y: Double, _ shape: [Double]) -> Double {
    if abs(y) < 1e-2 { return y / 2 + y * y / 24 - y * y * y * y / 2880 }
    return Swift.max(y, 0) + Double.log(-Double.expMinusOne(-abs(y)) / abs(y))
  }

  /// 1/(1 − e^−y) − 1/y, and 1/y² − 1/(4 sinh² y/2); by their series near 0, where these cancel.
  func moments(_ y: Double, _ shape: [Double]) -> (mean: Double, variance: Double) {
    if abs(y) < 1e-2 {
      let square = y * y
      return (0.5 + y / 12 - y * square / 720, 1.0 / 12 - square / 240 + square * square / 6048)
    }
    let mean = -1 / Double.expMinusOne(-y) - 1 / y
    let sine = Double.sinh(Swift.min(abs(y), 700) / 2)
    return (mean, Swift.max(0, 1 / (y * y) - 1 / (4 * sine * sine)))
  }

  func mode(_ y: Double, _ shape: [Double]) -> Double { y > 0 ? 1 : 0 }

  /// By inversion: x = log(1 + u (e^y − 1)) / y; turned around for y > 0, so that nothing overflows.
  func draw(_ y: Double, _ shape: [Double], using stream: inout RandomStream) -> Double {
    let u = stream.uniform(as: Double.self)
    if abs(y) < 1e-8 { return u }
    let z = -abs(y)
    let x = Swift.min(1, Double.log(onePlus: u * Double.expMinusOne(z)) / z)
    return y > 0 ? 1 - x : x
  }
}
