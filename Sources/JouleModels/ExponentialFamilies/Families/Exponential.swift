public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The exponential distribution: the time to an event that comes at a rate λ.
///
///     p(x) = λ e^(−λx), x > 0,   T(x) = x,   h = 1,   θ = −λ < 0
///     log Z = −log(−θ),   μ = −1/θ = 1/λ,   Var[T] = 1/θ²
public struct Exponential: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "exponential"
  public let statisticNames = ["x"]
  public let support = UnivariateSupport.interval(0, .infinity)

  public func statistics(of x: Double) -> [Double] { [x] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    parameters[0] < 0
      ? nil : "the natural parameter, −rate, must be negative, got \(parameters[0])"
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    -Double.log(-parameters[0])
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [-1 / parameters[0]]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    Tensor([[1 / (parameters[0] * parameters[0])]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? { [-1 / moments[0]] }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let exponent = parameters[0] * max(0, x)
    return ProbabilityPair(lower: -Double.expMinusOne(exponent), upper: Double.exp(exponent))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [stream.exponential(as: Double.self) / -parameters[0]] }
  }
}

extension Exponential: ConventionalParameters {
  public var conventionalNames: [String] { ["rate"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [-parameters[0]]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [-values[0]]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}
