public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The beta distribution of a proportion.
///
///     p(x) = x^(a−1) (1−x)^(b−1) / B(a, b), 0 < x < 1,   T(x) = (log x, log(1−x)),   h = 1
///     θ = (a − 1, b − 1),   log Z = log B(a, b),   μ = (ψ(a) − ψ(a+b), ψ(b) − ψ(a+b))
///     Cov[T] = diag(ψ′(a), ψ′(b)) − ψ′(a+b)
public struct Beta: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "beta"
  public let statisticNames = ["log x", "log(1 − x)"]
  public let support = UnivariateSupport.interval(0, 1)

  public func statistics(of x: Double) -> [Double] { [Double.log(x), Double.log(onePlus: -x)] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    positiveRequirement(conventionalParameters(at: parameters), conventionalNames)
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    SpecialFunctions.logBeta(parameters[0] + 1, parameters[1] + 1)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (a, b) = (parameters[0] + 1, parameters[1] + 1)
    return [
      -SpecialFunctions.digammaDifference(from: a, by: b),
      -SpecialFunctions.digammaDifference(from: b, by: a),
    ]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    dirichletCovariance(shapes: [parameters[0] + 1, parameters[1] + 1])
  }

  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    dirichletStart(moments)
  }

  public func boundary(at moments: MeanParameters) -> String? { equalProportions(moments) }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    SpecialFunctions.regularizedBeta(
      parameters[0] + 1, parameters[1] + 1, at: min(1, max(0, x)))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [stream.beta(parameters[0] + 1, parameters[1] + 1)] }
  }
}

extension Beta: ConventionalParameters {
  public var conventionalNames: [String] { ["a", "b"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [parameters[0] + 1, parameters[1] + 1]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [values[0] - 1, values[1] - 1]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}

// MARK: What beta and Dirichlet share

/// diag(ψ′(αₖ)) − ψ′(Σ α).
func dirichletCovariance(shapes: [Double]) -> Tensor<Double> {
  let common = SpecialFunctions.trigamma(shapes.reduce(0, +))
  var result = Tensor<Double>([shapes.count, shapes.count], repeating: -common)
  for (k, shape) in shapes.enumerated() {
    result[k, k] = SpecialFunctions.trigamma(shape) - common
  }
  return result
}

/// An approximate θ of the means of logarithms, by ψ(α) ≈ log(α − ½).
///
///     Gₖ = e^μₖ ≈ (αₖ − ½)/(s − ½)  with s = Σ α,  so  s − ½ ≈ (K − 1) / (2 (1 − Σ G))
func dirichletStart(_ moments: MeanParameters) -> NaturalParameters {
  let means = moments.values.map { Double.exp($0) }
  let precision = Double(means.count - 1) / (2 * (1 - means.reduce(0, +)))
  return NaturalParameters(means.map { $0 * precision - 0.5 })
}

/// Σ e^μₖ < 1 for every distribution of proportions that is not a point.
func equalProportions(_ moments: MeanParameters) -> String? {
  1 - moments.values.reduce(0) { $0 + Double.exp($1) } > 1e-14
    ? nil
    : "all observations are equal: the likelihood grows without end as the shapes go to infinity"
}
