public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The inverse gamma distribution, of shape α and scale β: 1/x is gamma of shape α and rate β.
///
///     p(x) = β^α x^(−α−1) e^(−β/x) / Γ(α), x > 0,   T(x) = (log x, 1/x),   h = 1,   θ = (−α−1, −β)
///     log Z = log Γ(α) − α log β,   μ = (log β − ψ(α), α/β)
///     Cov[T] = (ψ′(α), −1/β; −1/β, α/β²)
public struct InverseGamma: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "inverse gamma"
  public let statisticNames = ["log x", "1/x"]
  public let support = UnivariateSupport.interval(0, .infinity)

  public func statistics(of x: Double) -> [Double] { [Double.log(x), 1 / x] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    positiveRequirement(conventionalParameters(at: parameters), conventionalNames)
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let (shape, scale) = (-parameters[0] - 1, -parameters[1])
    return Double.logGamma(shape) - shape * Double.log(scale)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (shape, scale) = (-parameters[0] - 1, -parameters[1])
    return [Double.log(scale) - SpecialFunctions.digamma(shape), shape / scale]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (shape, scale) = (-parameters[0] - 1, -parameters[1])
    return Tensor([
      [SpecialFunctions.trigamma(shape), -1 / scale], [-1 / scale, shape / (scale * scale)],
    ])
  }

  /// As of the gamma distribution, with log(1/x) for log x.
  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    let shape = gammaShape(gap: Double.log(moments[1]) + moments[0])
    return [-shape - 1, -shape / moments[1]]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    spreadBoundary(gap: Double.log(moments[1]) + moments[0], scale: moments[0])
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    if x <= 0 { return ProbabilityPair(lower: 0, upper: 1) }
    let inverse = SpecialFunctions.regularizedGamma(
      shape: -parameters[0] - 1, at: -parameters[1] / x)
    return ProbabilityPair(lower: inverse.upper, upper: inverse.lower)
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [-parameters[1] * Double.exp(-stream.logGamma(shape: -parameters[0] - 1))] }
  }
}

extension InverseGamma: ConventionalParameters {
  public var conventionalNames: [String] { ["shape", "scale"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [-parameters[0] - 1, -parameters[1]]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [-values[0] - 1, -values[1]]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}
