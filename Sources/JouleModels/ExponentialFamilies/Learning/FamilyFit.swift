public import JouleTensor

/// The member of a family under which data are most likely.
///
///     θ̂ = argmax Σᵢ wᵢ (θ·T(xᵢ) − log Z(θ)),   that is   E_θ̂[T] = the mean of T over the data
public struct FamilyFit<Family: ExponentialFamily>: Sendable {
  public let model: ExponentialFamilyModel<Family>
  /// The proof that the model has the data's moments.
  public let certificate: NewtonCertificate
  /// N, effective if the observations are weighted.
  public let observationCount: Double
  /// Σ wᵢ log p(xᵢ), in nats.
  public let logLikelihood: Double

  /// 2k − 2 log L, of k parameters.
  public var akaikeCriterion: Double { 2 * parameterCount - 2 * logLikelihood }

  /// k log N − 2 log L.
  public var bayesCriterion: Double {
    parameterCount * logarithm(observationCount) - 2 * logLikelihood
  }

  private var parameterCount: Double { Double(certificate.rank) }

  /// Standard errors of θ: the square roots of the diagonal of I(θ)⁻¹/N. Nil where the information is
  /// singular.
  public var naturalStandardErrors: [Double]? {
    inverseInformation.map { inverse in
      diagonal(of: inverse).map { ($0 / observationCount).squareRoot() }
    }
  }

  /// Standard errors of μ: the square roots of the diagonal of I(θ)/N.
  public var meanStandardErrors: [Double] {
    diagonal(of: model.fisherInformation).map { ($0 / observationCount).squareRoot() }
  }

  /// I(θ)⁻¹.
  var inverseInformation: Tensor<Double>? { positiveDefinite(model.fisherInformation)?.inverse }
}

extension FamilyFit where Family: ConventionalParameters {
  /// Standard errors of the textbook's parameters c(θ): √diag(J I⁻¹ Jᵀ / N) with J = ∂c/∂θ.
  ///
  /// Reference: A. van der Vaart, Asymptotic Statistics (1998), theorem 3.1 (the delta method).
  public var conventionalStandardErrors: [Double]? {
    guard let inverse = inverseInformation else { return nil }
    let theta = model.naturalParameters
    // Hundredths of the deviation that one observation leaves: inside the domain, and small against
    // what c varies on.
    let steps = diagonal(of: model.fisherInformation).map { 0.01 / $0.squareRoot() }
    let jacobian = NumericalJacobian.of(
      at: theta.values, steps: steps, { model.family.requirement(brokenBy: .init($0)) == nil }
    ) { model.family.conventionalParameters(at: NaturalParameters($0)) }
    let variances = (jacobian.matmul(inverse) * jacobian).sum(along: 1)
    return variances.elements.map { ($0 / observationCount).squareRoot() }
  }
}

extension ExponentialFamily {
  /// The member of greatest likelihood.
  ///
  /// - Parameter rows: `[batch, variables]`, at least one.
  /// - Throws: what `moments(of:weights:)` and ``match(_:)`` throw: an observation outside the support,
  ///   or no best parameters because the likelihood rises without end.
  public func fit(
    _ rows: Tensor<Double>, weights: DataWeights = .equal
  ) throws(ExponentialFamilyError) -> FamilyFit<Self> {
    let moments = try moments(of: rows, weights: weights)
    let match: MomentMatch
    if let direct = closedForm(ofRows: rows, weights: moments.weights) {
      var newton = NewtonMatching(family: self, target: moments.mean, at: direct)
      _ = newton.step()
      match = MomentMatch(parameters: direct, certificate: newton.certificate)
    } else {
      match = try self.match(moments.mean)
    }
    var logLikelihood = CompensatedSum()
    let densities = logDensity(of: rows, at: match.parameters)
    for (density, weight) in zip(densities.elements, moments.weights) where weight > 0 {
      logLikelihood.add(weight * density)
    }
    return FamilyFit(
      model: ExponentialFamilyModel(self, unchecked: match.parameters),
      certificate: match.certificate, observationCount: moments.observationCount,
      logLikelihood: logLikelihood.value)
  }
}
