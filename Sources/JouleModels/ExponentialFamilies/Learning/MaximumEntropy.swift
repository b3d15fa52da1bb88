public import JouleTensor

/// The distribution of greatest entropy among those with given moments.
///
///     max H(p) + E_p[log h]  subject to  E_p[f(x)] = α
///
/// Its form is p(x) ∝ h(x) exp(θ·f(x)): an exponential family with the functions for statistics. θ solves
/// the dual, max θ·α − log Z(θ), whose gradient is α − E[f]; the entropy relative to h is log Z − θ·α.
///
/// Reference: S. Boyd, L. Vandenberghe, Convex Optimization (2004), §7.2.
public struct MaximumEntropy<Family: ExponentialFamily>: Sendable {
  public let model: ExponentialFamilyModel<Family>
  /// The proof: primal and dual differ by about λ²/2 nats.
  public let certificate: NewtonCertificate
  /// H(p) + E[log h], in nats: the entropy itself where h = 1.
  public let relativeEntropy: Double

  /// - Parameters:
  ///   - family: the functions f and the domain: finite, a box, or draws from a reference distribution.
  ///   - moments: α.
  /// - Throws: ``ExponentialFamilyError/infeasible(_:names:)`` with a separating direction if no
  ///   distribution has the moments; ``ExponentialFamilyError/boundary(family:reason:)`` if the only ones
  ///   live on a part of the domain.
  public init(
    over family: Family, moments: MeanParameters
  ) throws(ExponentialFamilyError) {
    let match = try family.match(moments)
    model = ExponentialFamilyModel(family, unchecked: match.parameters)
    certificate = match.certificate
    relativeEntropy = model.logPartition - match.parameters.dot(moments.values)
  }
}

extension EnumeratedFamily {
  /// A family over draws from a reference distribution, each with the weight 1/M: integrals over the
  /// reference become averages over them.
  ///
  ///     p(x) ∝ q(x) exp(θ·T(x)),   log Z(θ) = log (1/M) Σ_m exp(θ·T(x_m)) + O(1/√M)
  ///
  /// What is learnt is exact for the draws. It speaks for q as far as
  /// ``effectiveSampleSize(at:)`` is large.
  public init(_ functions: UnnormalizedFamily, drawsFromReference rows: Tensor<Double>) {
    let logWeight = -logarithm(Double(rows.shape[0]))
    self.init(
      UnnormalizedFamily(
        functions.name, variableCount: functions.variableCount,
        statistics: functions.statisticNames,
        logBaseMeasure: { functions.logBaseMeasure(of: $0) + logWeight },
        requirement: { functions.requirement(brokenBy: $0) },
        statistics: { functions.statistics(of: $0) }),
      states: rows)
  }

  /// 1 / Σ p²: how many equally likely states the distribution is worth.
  public func effectiveSampleSize(at parameters: NaturalParameters) -> Double {
    1 / probabilities(at: parameters).reduce(0) { $0 + $1 * $1 }
  }
}
