import JouleRandom
public import JouleTensor
import RealModule

/// The Bernoulli distribution: success, 1, or failure, 0.
///
///     p(x) = pˣ (1−p)^(1−x),   T(x) = x,   h = 1,   θ = log(p / (1−p))
///     log Z = log(1 + e^θ),   μ = σ(θ) = p,   Var[T] = p (1−p)
public struct Bernoulli: CountFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "Bernoulli"
  public let statisticNames = ["x"]
  public let support = UnivariateSupport.integers(from: 0, through: 1)

  public func statistics(of x: Double) -> [Double] { [x] }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    softplus(parameters[0])
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [logistic(parameters[0])]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    Tensor([[logistic(parameters[0]) * logistic(-parameters[0])]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    [logit(moments[0])]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    proportionBoundary(moments[0], failure: "0", success: "1")
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [stream.uniform() < logistic(parameters[0]) ? 1 : 0] }
  }
}

extension Bernoulli: ConventionalParameters {
  public var conventionalNames: [String] { ["probability"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    [logistic(parameters[0])]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [logit(values[0])]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    probabilityRequirement(values[0])
  }
}

// MARK: What the families of trials share

/// log(1 + e^y) without overflow.
func softplus(_ y: Double) -> Double { max(y, 0) + Double.log(onePlus: Double.exp(-abs(y))) }

/// σ(y) = 1 / (1 + e^(−y)).
func logistic(_ y: Double) -> Double { 1 / (1 + Double.exp(-y)) }

/// The inverse of σ.
func logit(_ p: Double) -> Double { Double.log(p) - Double.log(onePlus: -p) }

func probabilityRequirement(_ p: Double) -> String? {
  p > 0 && p < 1 ? nil : "the probability must lie strictly between 0 and 1, got \(p)"
}

/// Why a proportion has no member.
func proportionBoundary(_ p: Double, failure: String, success: String) -> String? {
  if p > 0 && p < 1 { return nil }
  let side = p <= 0 ? failure : success
  return "every observation is \(side): the likelihood grows without end as the probability of "
    + "\(success) goes to \(p <= 0 ? "0" : "1")"
}
