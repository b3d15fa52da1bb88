public import JouleTensor

extension ExponentialFamilyModel where Family: ExponentialFamily {
  /// log Z(θ), in nats.
  public var logPartition: Double { family.logPartition(at: naturalParameters) }

  /// μ = E[T] = ∇ log Z.
  public var meanParameters: MeanParameters { family.meanParameters(at: naturalParameters) }

  /// I(θ) = Cov[T] = ∇² log Z, `[statistics, statistics]`: the Fisher information of one observation
  /// about θ. Its inverse is that about μ.
  public var fisherInformation: Tensor<Double> { family.covariance(at: naturalParameters) }

  /// log p(x) of every row, in nats; −∞ outside the support.
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`.
  public func logDensity(of rows: Tensor<Double>) -> Tensor<Double> {
    requireRows(rows)
    let outside = family.mapRows(rows) { family.requirement(brokenBy: $0) != nil }
    let inside = outside.indices.filter { !outside[$0] }
    let densities = family.logDensity(of: rows.rows(at: inside), at: naturalParameters)
    var result = Tensor<Double>([rows.shape[0]], repeating: -.infinity)
    for (row, density) in zip(inside, densities.elements) { result[row] = density }
    return result
  }

  /// H = −E[log p(x)] = log Z − θ·μ − E[log h], in nats: the entropy of discrete families, the
  /// differential one of others. Nil where E[log h] has no formula.
  public var entropy: Double? {
    family.meanLogBaseMeasure(at: naturalParameters).map {
      logPartition - naturalParameters.dot(meanParameters.values) - $0
    }
  }

  /// KL(p ‖ q) = E_p[log p − log q], in nats: the Bregman divergence of log Z, arguments exchanged.
  ///
  ///     KL(p_θ ‖ p_φ) = log Z(φ) − log Z(θ) − μ(θ)·(φ − θ)
  ///
  /// - Precondition: both are of one family.
  public func divergence(to other: Self) -> Double {
    other.family.bregmanDivergence(
      from: other.naturalParameters, to: naturalParameters)
  }
}

extension ExponentialFamily {
  /// B(φ, θ) = log Z(φ) − log Z(θ) − ∇log Z(θ)·(φ − θ) ≥ 0: by how much log Z at φ exceeds its tangent
  /// at θ. It is KL(p_θ ‖ p_φ).
  ///
  /// - Parameters:
  ///   - point: φ.
  ///   - tangent: θ.
  public func bregmanDivergence(
    from point: NaturalParameters, to tangent: NaturalParameters
  ) -> Double {
    let mean = meanParameters(at: tangent).values
    return logPartition(at: point) - logPartition(at: tangent)
      - (point + -1 * tangent).dot(mean)
  }

  /// The conjugate of log Z: A*(μ) = θ(μ)·μ − log Z(θ(μ)) = E[log p − log h], the negative entropy
  /// relative to the base measure.
  ///
  ///     log Z(θ) + A*(μ) ≥ θ·μ, with equality where μ = μ(θ)   (Fenchel and Young)
  ///
  /// Its gradient is θ(μ), its Hessian I(θ)⁻¹.
  public func conjugate(of moments: MeanParameters) throws(ExponentialFamilyError) -> Double {
    let parameters = try naturalParameters(of: moments)
    return parameters.dot(moments.values) - logPartition(at: parameters)
  }
}
