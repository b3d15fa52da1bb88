public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The binomial distribution: successes among n trials, n known.
///
///     p(x) = C(n, x) pˣ (1−p)^(n−x),   T(x) = x,   h(x) = C(n, x),   θ = log(p / (1−p))
///     log Z = n log(1 + e^θ),   μ = n σ(θ) = n p,   Var[T] = n p (1−p)
public struct Binomial: CountFamily, SampledFamily {
  /// n.
  public let trials: Int

  /// - Precondition: at least one trial.
  public init(trials: Int) {
    precondition(trials > 0, "a binomial distribution has at least one trial, got \(trials)")
    self.trials = trials
  }

  public var name: String { "binomial (\(trials) trials)" }
  public let statisticNames = ["x"]
  public var support: UnivariateSupport { .integers(from: 0, through: trials) }

  public func statistics(of x: Double) -> [Double] { [x] }

  public func logBaseMeasure(of x: Double) -> Double {
    SpecialFunctions.logChoose(Double(trials), x)
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    Double(trials) * softplus(parameters[0])
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    [Double(trials) * logistic(parameters[0])]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    Tensor([[Double(trials) * logistic(parameters[0]) * logistic(-parameters[0])]])
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    [logit(moments[0] / Double(trials))]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    proportionBoundary(moments[0] / Double(trials), failure: "0", success: "\(trials)")
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let k = x.rounded(.down)
    if k < 0 { return ProbabilityPair(lower: 0, upper: 1) }
    if k >= Double(trials) { return ProbabilityPair(lower: 1, upper: 0) }
    return SpecialFunctions.regularizedBeta(
      Double(trials) - k, k + 1, at: logistic(-parameters[0]), complement: logistic(parameters[0]))
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in [Double(stream.binomial(trials: trials, probability: logistic(parameters[0])))] }
  }
}

extension Binomial: ConventionalParameters {
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
