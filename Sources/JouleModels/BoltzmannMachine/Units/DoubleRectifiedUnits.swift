import JouleRandom
public import JouleTensor
import RealModule

/// Double rectified units: real numbers, halves of two normal curves side by side, which can be skewed, have two
/// modes, or rest near zero.
///
///     U(x) = ½ γ₊ x² − (b + d) x  for x ≥ 0,   ½ γ₋ x² − (b − d) x  for x < 0
///     γ± = 1 / (1 ± tanh a)
///
/// d > 0 draws two modes apart, d < 0 holds the unit at zero, a skews it. With d = a = 0 it is a standard
/// normal unit. The overall curvature is 1: another one is another scale of the weights.
///
/// Reference: J. Tubiana, S. Cocco, R. Monasson, Learning protein constitutive motifs from sequence data,
/// eLife 8 (2019) e39397, eq. 6 and the parametrization of its methods, with d for −Δ.
public struct DoubleRectifiedUnits: ElementwiseUnits {
  public static let kind = "drelu"
  public let count: Int

  public init(_ count: Int) { self.count = count }

  public var shapeNames: [String] { ["offset", "asymmetry"] }
  public func resized(to count: Int) -> DoubleRectifiedUnits { DoubleRectifiedUnits(count) }
  public var valuesInWords: String { "finite numbers" }
  var support: ClosedRange<Double> { -.infinity...(.infinity) }

  func potential(_ x: Double, _ shape: [Double]) -> Double {
    let (plus, minus) = curvatures(shape)
    return 0.5 * (x < 0 ? minus : plus) * x * x - shape[0] * abs(x)
  }

  /// γ₊ and γ₋, their ratio held within a million.
  func curvatures(_ shape: [Double]) -> (plus: Double, minus: Double) {
    let skew = bend(shape[1])
    return (1 / (1 + skew), 1 / (1 - skew))
  }

  private func bend(_ a: Double) -> Double { 0.999_999 * Double.tanh(a) }

  /// The right half, and the left one turned around.
  private func halves(_ y: Double, _ shape: [Double]) -> (right: HalfNormal, left: HalfNormal) {
    let (plus, minus) = curvatures(shape)
    return (
      HalfNormal(slope: y + shape[0], precision: plus),
      HalfNormal(slope: -y + shape[0], precision: minus)
    )
  }

  func logPartition(_ y: Double, _ shape: [Double]) -> Double {
    let (right, left) = halves(y, shape)
    let (r, l) = (right.logIntegral, left.logIntegral)
    return Swift.max(r, l) + Double.log(onePlus: Double.exp(-abs(r - l)))
  }

  /// P(x ≥ 0).
  private func rightShare(_ halves: (right: HalfNormal, left: HalfNormal)) -> Double {
    1 / (1 + Double.exp(halves.left.logIntegral - halves.right.logIntegral))
  }

  func moments(_ y: Double, _ shape: [Double]) -> (mean: Double, variance: Double) {
    let halves = self.halves(y, shape)
    let p = rightShare(halves)
    let (right, left) = (halves.right.moments, halves.left.moments)
    let mean = p * right.first - (1 - p) * left.first
    return (mean, Swift.max(0, p * right.second + (1 - p) * left.second - mean * mean))
  }

  func mode(_ y: Double, _ shape: [Double]) -> Double {
    let (right, left) = halves(y, shape)
    let (x, z) = (
      Swift.max(0, right.slope / right.precision), -Swift.max(0, left.slope / left.precision)
    )
    return potential(x, shape) - y * x <= potential(z, shape) - y * z ? x : z
  }

  func draw(_ y: Double, _ shape: [Double], using stream: inout RandomStream) -> Double {
    let halves = self.halves(y, shape)
    return stream.uniform(as: Double.self) < rightShare(halves)
      ? halves.right.draw(using: &stream) : -halves.left.draw(using: &stream)
  }

  public func shapeSlopes<S: TensorScalar>(
    atValues values: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] {
    slopes(of: values, weights: weights, parameters) { x, _ in
      (abs(x), x > 0 ? x * x : 0, x < 0 ? x * x : 0)
    }
  }

  public func shapeSlopes<S: TensorScalar>(
    expectedAt input: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] {
    slopes(of: input, weights: weights, parameters) { i, unit in
      let halves = self.halves(i + unit.bias, unit.shape)
      let p = rightShare(halves)
      let (right, left) = (halves.right.moments, halves.left.moments)
      return (
        p * right.first + (1 - p) * left.first, p * right.second, (1 - p) * left.second
      )
    }
  }

  /// ∂U/∂d = −|x|, ∂U/∂a = ½ (x₊² ∂γ₊/∂a + x₋² ∂γ₋/∂a), from |x|, x₊² and x₋² of every element.
  private func slopes<S: TensorScalar>(
    of block: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>],
    _ statistics: (Double, (bias: Double, shape: [Double])) -> (Double, Double, Double)
  ) -> [Tensor<S>] {
    let units = unitParameters(parameters)
    let (values, rowWeights) = (Tensor<Double>(block), Tensor<Double>(weights))
    var offsets = [Double](repeating: 0, count: width)
    var skews = offsets
    for row in 0..<values.shape[0] {
      let weight = rowWeights[row]
      for (column, unit) in units.enumerated() {
        let (magnitude, right, left) = statistics(
          values.elements[row * width + column], unit)
        let skew = bend(unit.shape[1])
        let growth = 0.999_999 * (1 - Double.tanh(unit.shape[1]) * Double.tanh(unit.shape[1]))
        let (plus, minus) = (1 / ((1 + skew) * (1 + skew)), 1 / ((1 - skew) * (1 - skew)))
        offsets[column] -= weight * magnitude
        skews[column] += weight * 0.5 * growth * (left * minus - right * plus)
      }
    }
    return [Tensor<S>(Tensor<Double>(offsets)), Tensor<S>(Tensor<Double>(skews))]
  }
}
