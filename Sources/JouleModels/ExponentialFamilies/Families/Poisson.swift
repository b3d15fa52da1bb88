public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The Poisson distribution: how many events come when they come independently at a rate λ.
///
///     p(x) = λˣ e^(−λ) / x!,   T(x) = x,   h(x) = 1/x!,   θ = log λ
///     log Z = e^θ,   μ = e^θ = λ,   Var[T] = λ
public struct Poisson: CountFamily, SampledFamily {
  public init() {}
  public let name = "Poisson"
  public let statisticNames = ["x"]
  public let support = UnivariateSupport.integers(from: 0, through: nil)

  public func statistics(of x: Double) -> [Double] { [x] }

  public func logBaseMeasure(of x: Double) -> Double { -Double.logGamma(x + 1) }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    Double.exp(parameters[0])
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [Double.exp(parameters[0])]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    Tensor([[Double.exp(parameters[0])]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    [Double.log(moments[0])]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    moments[0] > 0
      ? nil : "every observation is 0: the likelihood grows without end as the rate goes to 0"
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    if x < 0 { return ProbabilityPair(lower: 0, upper: 1) }
    let tail = SpecialFunctions.regularizedGamma(
      shape: x.rounded(.down) + 1, at: Double.exp(parameters[0]))
    return ProbabilityPair(lower: tail.upper, upper: tail.lower)
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [Double(stream.poisson(mean: Double.exp(parameters[0])))] }
  }
}

extension Poisson: ConventionalParameters {
  public var conventionalNames: [String] { ["rate"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [Double.exp(parameters[0])]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [Double.log(values[0])]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}

/// That parameters are positive and finite.
func positiveRequirement(_ values: [Double], _ names: [String]) -> String? {
  for (value, name) in zip(values, names) where !(value > 0 && value.isFinite) {
    return "the \(name) must be positive and finite, got \(value)"
  }
  return nil
}
