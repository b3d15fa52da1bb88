public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The Gaussian distribution of one variable.
///
///     p(x) = exp(−(x−m)²/2s²) / √(2π s²),   T(x) = (x, x²),   h = 1,   θ = (m/s², −1/2s²), θ₂ < 0
///     log Z = −θ₁²/4θ₂ + ½ log(π/−θ₂),   μ = (m, m² + s²)
///     Cov[T] = (s², 2ms²; 2ms², 4m²s² + 2s⁴)
public struct Gaussian: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "Gaussian"
  public let statisticNames = ["x", "x²"]
  public let support = UnivariateSupport.interval(-.infinity, .infinity)

  /// m and s² of θ.
  private func moments(_ parameters: NaturalParameters) -> (mean: Double, variance: Double) {
    (-parameters[0] / (2 * parameters[1]), -1 / (2 * parameters[1]))
  }

  public func statistics(of x: Double) -> [Double] { [x, x * x] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    parameters[1] < 0
      ? nil : "the coefficient of x², −1/(2 variance), must be negative, got \(parameters[1])"
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    -parameters[0] * parameters[0] / (4 * parameters[1]) + 0.5 * Double.log(.pi / -parameters[1])
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (m, v) = moments(parameters)
    return [m, m * m + v]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (m, v) = moments(parameters)
    return Tensor([[v, 2 * m * v], [2 * m * v, 4 * m * m * v + 2 * v * v]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    naturalParameters(conventional: [moments[0], moments[1] - moments[0] * moments[0]])
  }

  public func boundary(at moments: MeanParameters) -> String? {
    // E[x²] − E[x]², but for the rounding of E[x²].
    moments[1] - moments[0] * moments[0] > 4e-16 * moments[1] ? nil : equalObservations
  }

  /// In two passes, so that a mean much larger than the deviation costs no accuracy.
  public func closedForm(ofRows rows: Tensor<Double>, weights: [Double]) -> NaturalParameters? {
    let total = weights.reduce(0, +)
    let mean = zip(rows.elements, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let variance =
      zip(rows.elements, weights).reduce(0) {
        $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean)
      } / total
    return variance > 0 ? naturalParameters(conventional: [mean, variance]) : nil
  }

  /// By (x − m)², for the same reason.
  public func logDensity(of rows: Tensor<Double>, at parameters: NaturalParameters) -> Tensor<
    Double
  > {
    let (m, v) = moments(parameters)
    let constant = -0.5 * Double.log(2 * .pi * v)
    return Tensor(mapRows(rows) { constant - ($0[0] - m) * ($0[0] - m) / (2 * v) })
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let (m, v) = moments(parameters)
    let z = (x - m) / v.squareRoot()
    return ProbabilityPair(
      lower: SpecialFunctions.normalCumulative(z), upper: SpecialFunctions.normalCumulative(-z))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let (m, v) = moments(parameters)
    return { stream in [m + v.squareRoot() * stream.normal(as: Double.self)] }
  }
}

extension Gaussian: ConventionalParameters {
  public var conventionalNames: [String] { ["mean", "variance"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    let (m, v) = moments(parameters)
    return [m, v]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [values[0] / values[1], -1 / (2 * values[1])]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    values[0].isFinite
      ? positiveRequirement([values[1]], ["variance"])
      : "the mean must be finite, got \(values[0])"
  }
}

let equalObservations =
  "all observations are equal: the likelihood grows without end as the variance goes to 0"
