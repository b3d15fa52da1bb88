public import JouleTensor
import RealModule

/// A family over an interval or box of up to three variables, whose partition function is integrated
/// numerically.
///
///     log Z(θ) = log ∫_box h(x) e^(θ·T(x)) dx,   to a relative accuracy of about `tolerance`
///
/// Parameters at which the integral does not exist, or cannot be found to the tolerance, give NaN.
public struct IntegratedFamily: FunctionFamily {
  public let functions: UnnormalizedFamily
  public let axes: [IntegrationAxis]
  public let tolerance: Double
  private let start: NaturalParameters
  private let domainRequirement: @Sendable (NaturalParameters) -> String?

  /// - Parameters:
  ///   - axes: the interval of each variable.
  ///   - tolerance: of Z and the first two moments of T.
  ///   - domain: what θ would have to be, if Z is infinite; nil where it is finite.
  ///   - start: where learning begins; zero by default, which over an infinite box is in no domain.
  /// - Precondition: one to three axes, as many as variables.
  public init(
    _ functions: UnnormalizedFamily, over axes: [IntegrationAxis], tolerance: Double = 1e-11,
    domain: @escaping @Sendable (NaturalParameters) -> String? = { _ in nil },
    start: NaturalParameters? = nil
  ) {
    precondition(
      axes.count == functions.variableCount && (1...3).contains(axes.count),
      "an integral over 1 to 3 variables needs as many intervals: \(functions.variableCount) "
        + "variables, \(axes.count) intervals")
    precondition(tolerance > 0, "a tolerance is positive, got \(tolerance)")
    self.functions = functions
    self.axes = axes
    self.tolerance = tolerance
    domainRequirement = domain
    self.start =
      start ?? NaturalParameters([Double](repeating: 0, count: functions.statisticCount))
  }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    for (index, axis) in axes.enumerated() where !axis.contains(x[index]) {
      return "numbers in the box: variable \(index) from \(axis.lower) to \(axis.upper)"
    }
    return functions.requirement(brokenBy: x)
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    domainRequirement(parameters)
  }

  public func startingPoint(for moments: MeanParameters) -> NaturalParameters { start }

  /// The rule adapted to one θ.
  func rule(at parameters: NaturalParameters) -> AdaptiveRule {
    AdaptiveRule(
      over: IntegrationBox(axes: axes), tolerance: tolerance, statisticCount: statisticCount
    ) { x in
      guard functions.requirement(brokenBy: x.span) == nil else {
        return ([Double](repeating: 0, count: statisticCount), -.infinity, 0)
      }
      let statistics = functions.statistics(of: x.span)
      let size = zip(parameters.values, statistics).reduce(0) { $0 + abs($1.0 * $1.1) }
      return (
        statistics, parameters.dot(statistics) + functions.logBaseMeasure(of: x.span), size
      )
    }
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let rule = rule(at: parameters)
    return rule.isAccurate ? logSumExp(rule.blocks.flatMap(\.logWeights)) : .nan
  }

  public func cumulants(at parameters: NaturalParameters) -> Cumulants {
    let rule = rule(at: parameters)
    guard rule.isAccurate else {
      return Cumulants(
        logPartition: .nan,
        mean: MeanParameters([Double](repeating: .nan, count: statisticCount)),
        covariance: Tensor([statisticCount, statisticCount], repeating: .nan))
    }
    let logPartition = logSumExp(rule.blocks.flatMap(\.logWeights))
    return weightedCumulants(
      logPartition: logPartition,
      blocks: rule.blocks.lazy.map { block in
        (block.statistics, block.logWeights.map { Double.exp($0 - logPartition) })
      })
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    cumulants(at: parameters).mean
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    cumulants(at: parameters).covariance
  }

  /// E[log h], by taking log h for a statistic.
  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? {
    if functions.hasUniformBaseMeasure { return 0 }
    let base = functions
    let extended = UnnormalizedFamily(
      name, variableCount: variableCount, statistics: statisticNames + ["log h"],
      logBaseMeasure: { base.logBaseMeasure(of: $0) },
      requirement: { base.requirement(brokenBy: $0) },
      statistics: { base.statistics(of: $0) + [base.logBaseMeasure(of: $0)] })
    let family = IntegratedFamily(extended, over: axes, tolerance: tolerance)
    return family.meanParameters(at: NaturalParameters(parameters.values + [0])).values.last
  }
}

extension IntegrationAxis {
  var isFinite: Bool { lower.isFinite && upper.isFinite }
}
