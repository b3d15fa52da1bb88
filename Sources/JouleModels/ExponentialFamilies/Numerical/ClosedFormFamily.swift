public import JouleTensor

/// A family that a program gives by four functions: T, h, log Z and ∇ log Z.
///
///     // Rayleigh: p(x) = x/s² exp(−x²/2s²) with T = x², h = x, θ = −1/2s²
///     let rayleigh = ClosedFormFamily(
///       UnnormalizedFamily(
///         "Rayleigh", variableCount: 1, statistics: ["x²"], logBaseMeasure: { log($0[0]) },
///         requirement: { $0[0] > 0 ? nil : "a number above 0" }, statistics: { [$0[0] * $0[0]] }),
///       logPartition: { -log(-2 * $0[0]) }, mean: { [-1 / $0[0]] },
///       domain: { $0[0] < 0 ? nil : "the parameter must be negative" }, start: [-1])
///
/// Everything else follows: densities, divergences, learning by moment matching with standard errors.
/// The Hessian is the numerical derivative of the mean, unless it is given.
public struct ClosedFormFamily: FunctionFamily {
  public let functions: UnnormalizedFamily
  private let computeLogPartition: @Sendable (NaturalParameters) -> Double
  private let computeMean: @Sendable (NaturalParameters) -> [Double]
  private let computeCovariance: (@Sendable (NaturalParameters) -> Tensor<Double>)?
  private let domainRequirement: @Sendable (NaturalParameters) -> String?
  private let start: NaturalParameters

  /// - Parameters:
  ///   - logPartition: log Z(θ).
  ///   - mean: ∇ log Z(θ).
  ///   - covariance: ∇² log Z(θ), `[statistics, statistics]`; nil differentiates the mean.
  ///   - domain: what θ would have to be, if log Z(θ) is infinite; nil where it is finite.
  ///   - start: a point of the domain, where learning begins; zero by default.
  public init(
    _ functions: UnnormalizedFamily,
    logPartition: @escaping @Sendable (NaturalParameters) -> Double,
    mean: @escaping @Sendable (NaturalParameters) -> [Double],
    covariance: (@Sendable (NaturalParameters) -> Tensor<Double>)? = nil,
    domain: @escaping @Sendable (NaturalParameters) -> String? = { _ in nil },
    start: NaturalParameters? = nil
  ) {
    self.functions = functions
    computeLogPartition = logPartition
    computeMean = mean
    computeCovariance = covariance
    domainRequirement = domain
    self.start =
      start ?? NaturalParameters([Double](repeating: 0, count: functions.statisticCount))
    precondition(
      domain(self.start) == nil, "learning cannot start at \(self.start.values): outside the domain"
    )
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    domainRequirement(parameters)
  }
  public func logPartition(at parameters: NaturalParameters) -> Double {
    computeLogPartition(parameters)
  }
  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    MeanParameters(computeMean(parameters))
  }
  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    computeCovariance?(parameters) ?? numericalCovariance(at: parameters)
  }
  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? {
    functions.hasUniformBaseMeasure ? 0 : nil
  }
  public func startingPoint(for moments: MeanParameters) -> NaturalParameters { start }
}
