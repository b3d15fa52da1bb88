public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The geometric distribution: failures before the first success.
///
///     p(x) = p (1−p)ˣ,   x = 0, 1, 2, …,   T(x) = x,   h = 1,   θ = log(1 − p) < 0
///     log Z = −log(1 − e^θ),   μ = (1−p)/p,   Var[T] = (1−p)/p²
///
/// Some texts count the success too: their x is greater by one.
public struct Geometric: CountFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "geometric"
  public let statisticNames = ["x"]
  public let support = UnivariateSupport.integers(from: 0, through: nil)

  public func statistics(of x: Double) -> [Double] { [x] }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    failureRequirement(parameters[0])
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    -Double.log(-Double.expMinusOne(parameters[0]))
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [1 / Double.expMinusOne(-parameters[0])]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let odds = 1 / Double.expMinusOne(-parameters[0])
    return Tensor([[odds * (1 + odds)]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    [-Double.log(onePlus: 1 / moments[0])]
  }

  public func boundary(at moments: MeanParameters) -> String? { noFailureBoundary(moments[0]) }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let exponent = parameters[0] * max(0, x.rounded(.down) + 1)
    return ProbabilityPair(lower: -Double.expMinusOne(exponent), upper: Double.exp(exponent))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [stream.geometric(probability: -Double.expMinusOne(parameters[0]))] }
  }
}

extension Geometric: ConventionalParameters {
  public var conventionalNames: [String] { ["probability"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [-Double.expMinusOne(parameters[0])]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [Double.log(onePlus: -values[0])]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    probabilityRequirement(values[0])
  }
}
