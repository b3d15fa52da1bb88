public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The gamma distribution, of shape α and rate β.
///
///     p(x) = β^α x^(α−1) e^(−βx) / Γ(α), x > 0,   T(x) = (log x, x),   h = 1,   θ = (α − 1, −β)
///     log Z = log Γ(α) − α log β,   μ = (ψ(α) − log β, α/β)
///     Cov[T] = (ψ′(α), 1/β; 1/β, α/β²)
public struct Gamma: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "gamma"
  public let statisticNames = ["log x", "x"]
  public let support = UnivariateSupport.interval(0, .infinity)

  public func statistics(of x: Double) -> [Double] { [Double.log(x), x] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    positiveRequirement(conventionalParameters(at: parameters), conventionalNames)
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let (shape, rate) = (parameters[0] + 1, -parameters[1])
    return Double.logGamma(shape) - shape * Double.log(rate)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (shape, rate) = (parameters[0] + 1, -parameters[1])
    return [SpecialFunctions.digamma(shape) - Double.log(rate), shape / rate]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (shape, rate) = (parameters[0] + 1, -parameters[1])
    return Tensor([
      [SpecialFunctions.trigamma(shape), 1 / rate], [1 / rate, shape / (rate * rate)],
    ])
  }

  /// From log E[x] − E[log x] = log α − ψ(α) ≈ 1/(2α) (1 + 1/(6α)); β = α / E[x].
  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    let shape = gammaShape(gap: Double.log(moments[1]) - moments[0])
    return [shape - 1, -shape / moments[1]]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    spreadBoundary(gap: Double.log(moments[1]) - moments[0], scale: moments[0])
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    SpecialFunctions.regularizedGamma(shape: parameters[0] + 1, at: -parameters[1] * max(0, x))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [Double.exp(stream.logGamma(shape: parameters[0] + 1)) / -parameters[1]] }
  }
}

extension Gamma: ConventionalParameters {
  public var conventionalNames: [String] { ["shape", "rate"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [parameters[0] + 1, -parameters[1]]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [values[0] - 1, -values[1]]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}

// MARK: What gamma and inverse gamma share

/// An approximate solution of log α − ψ(α) = gap, to a few per cent.
///
/// Reference: T. Minka, Estimating a gamma distribution (2002), the expansion before eq. 5.
func gammaShape(gap: Double) -> Double {
  let root = ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()
  return (3 - gap + root) / (12 * gap)
}

/// Why positive numbers without spread have no member; `gap` is log E[x] − E[log x] ≥ 0.
func spreadBoundary(gap: Double, scale: Double) -> String? {
  // The gap is a difference of sums: what their rounding alone can leave is no spread.
  gap > 1e-14 * max(1, abs(scale))
    ? nil
    : "all observations are equal: the likelihood grows without end as the shape goes to infinity"
}
