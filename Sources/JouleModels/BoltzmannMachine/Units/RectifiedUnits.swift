import JouleRandom
import JouleTensor

/// Rectified units: numbers that are not negative, the half of a normal curve.
///
///     x ≥ 0,   U(x) = x² / 2 − b x,   Γ(I) = log √(π/2) erfcx(−(b + I) / √2),   mode max(0, b + I)
///
/// The curvature is 1: another one is another scale of the weights.
///
/// Reference: J. Tubiana, R. Monasson, Emergence of compositional representations in restricted Boltzmann
/// machines, PRL 118 (2017) 138301, eq. 2.
public struct RectifiedUnits: ElementwiseUnits {
  public static let kind = "relu"
  public let count: Int

  public init(_ count: Int) { self.count = count }

  public func resized(to count: Int) -> RectifiedUnits { RectifiedUnits(count) }
  public var valuesInWords: String { "finite numbers of at least 0" }
  var support: ClosedRange<Double> { 0...(.infinity) }

  func potential(_ x: Double, _ shape: [Double]) -> Double { x < 0 ? .infinity : x * x / 2 }

  private func half(_ y: Double) -> HalfNormal { HalfNormal(slope: y, precision: 1) }

  func logPartition(_ y: Double, _ shape: [Double]) -> Double { half(y).logIntegral }

  func moments(_ y: Double, _ shape: [Double]) -> (mean: Double, variance: Double) {
    let (first, second) = half(y).moments
    return (first, Swift.max(0, second - first * first))
  }

  func mode(_ y: Double, _ shape: [Double]) -> Double { Swift.max(0, y) }

  func draw(_ y: Double, _ shape: [Double], using stream: inout RandomStream) -> Double {
    half(y).draw(using: &stream)
  }
}
