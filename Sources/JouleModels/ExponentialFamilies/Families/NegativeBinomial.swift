public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The negative binomial distribution: failures before the r-th success, r known.
///
///     p(x) = C(x+r−1, x) pʳ (1−p)ˣ,   T(x) = x,   h(x) = C(x+r−1, x),   θ = log(1 − p) < 0
///     log Z = −r log(1 − e^θ),   μ = r (1−p)/p,   Var[T] = r (1−p)/p²
///
/// r need not be whole: a Poisson count whose rate is drawn from a gamma distribution of shape r.
public struct NegativeBinomial: CountFamily, SampledFamily {
  /// r.
  public let successes: Double

  /// - Precondition: r > 0.
  public init(successes: Double) {
    precondition(
      successes > 0 && successes.isFinite, "the number of successes is positive, got \(successes)")
    self.successes = successes
  }

  public var name: String { "negative binomial (\(successes) successes)" }
  public let statisticNames = ["x"]
  public let support = UnivariateSupport.integers(from: 0, through: nil)

  public func statistics(of x: Double) -> [Double] { [x] }

  public func logBaseMeasure(of x: Double) -> Double {
    x == 0 ? 0 : -Double.log(x) - SpecialFunctions.logBeta(x, successes)
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    failureRequirement(parameters[0])
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    -successes * Double.log(-Double.expMinusOne(parameters[0]))
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [successes / Double.expMinusOne(-parameters[0])]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let odds = 1 / Double.expMinusOne(-parameters[0])
    return Tensor([[successes * odds * (1 + odds)]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    [-Double.log(onePlus: successes / moments[0])]
  }

  public func boundary(at moments: MeanParameters) -> String? { noFailureBoundary(moments[0]) }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    if x < 0 { return ProbabilityPair(lower: 0, upper: 1) }
    return SpecialFunctions.regularizedBeta(
      successes, x.rounded(.down) + 1, at: -Double.expMinusOne(parameters[0]),
      complement: Double.exp(parameters[0]))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let odds = 1 / Double.expMinusOne(-parameters[0])
    return { stream in [Double(stream.poisson(mean: odds * stream.gamma(shape: successes)))] }
  }
}

extension NegativeBinomial: ConventionalParameters {
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

// MARK: What the families of waiting share

func failureRequirement(_ parameter: Double) -> String? {
  parameter < 0
    ? nil : "the natural parameter, log(1 − p), must be negative, got \(parameter)"
}

func noFailureBoundary(_ mean: Double) -> String? {
  mean > 0
    ? nil
    : "every observation is 0: the likelihood grows without end as the probability of success "
      + "goes to 1"
}
