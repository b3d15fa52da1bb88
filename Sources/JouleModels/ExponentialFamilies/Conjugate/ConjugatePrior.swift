public import JouleCore
public import JouleTensor

/// The conjugate prior of an exponential family: what ν imagined observations of mean statistic τ say
/// about θ.
///
///     p(θ) ∝ exp(ν (τ·θ − log Z(θ))),   over the domain of θ, ν > 0, τ a possible mean of T
///
/// After N observations of mean statistic t̄ the posterior is of the same form, of strength ν + N and mean
/// (ντ + Nt̄)/(ν + N). It is an energy over θ like any other, with its gradient −ν(τ − μ(θ)), so that
/// kernels can sample it; the rows are θ.
///
/// Reference: P. Diaconis, D. Ylvisaker, Conjugate priors for exponential families, Annals of Statistics 7
/// (1979), eq. 2.2 and theorem 2.
public struct ConjugatePrior<Family: ExponentialFamily>: DifferentiableEnergy {
  public typealias Scalar = Double
  public let family: Family
  /// ν: how many observations the prior is worth.
  public let strength: Double
  /// τ: what they said.
  public let mean: MeanParameters

  /// - Precondition: a positive strength, a mean for every statistic.
  /// - Throws: ``ExponentialFamilyError/boundary(family:reason:)`` where τ is no possible mean, so that the
  ///   prior cannot be normalised.
  public init(
    _ family: Family, strength: Double, mean: MeanParameters
  ) throws(ExponentialFamilyError) {
    precondition(strength > 0 && strength.isFinite, "a strength is positive, got \(strength)")
    precondition(
      mean.count == family.statisticCount,
      "\(family.name) has \(family.statisticCount) statistics, got \(mean.count) means")
    if let reason = family.boundary(at: mean) {
      throw .boundary(family: family.name, reason: reason)
    }
    self.init(family: family, strength: strength, mean: mean)
  }

  private init(family: Family, strength: Double, mean: MeanParameters) {
    self.family = family
    self.strength = strength
    self.mean = mean
  }

  /// The posterior after data.
  public func posterior(after moments: DataMoments) -> Self {
    let total = strength + moments.observationCount
    return Self(
      family: family, strength: total,
      mean: mean.pooled(with: moments.mean, share: moments.observationCount / total))
  }

  /// The posterior after rows `[batch, variables]`.
  ///
  /// - Throws: ``ExponentialFamilyError/observation(family:row:found:requirement:)``.
  public func posterior(after rows: Tensor<Double>) throws(ExponentialFamilyError) -> Self {
    posterior(after: try family.moments(of: rows))
  }

  /// The most probable θ: that of moments τ.
  public func mode() throws(ExponentialFamilyError) -> ExponentialFamilyModel<Family> {
    try ExponentialFamilyModel(family, moments: mean)
  }

  /// E[μ(θ)] = τ, exactly: the posterior mean of the mean parameters lies between the prior's and the
  /// data's.
  public var expectedMeanParameters: MeanParameters { mean }

  public var variableCount: Int { family.statisticCount }

  /// ν (log Z(θ) − τ·θ), +∞ outside the domain; with its gradient ν (μ(θ) − τ).
  public func energy(of rows: Tensor<Double>, gradient: inout Tensor<Double>) -> Tensor<Double> {
    requireRows(rows)
    var energies = Tensor<Double>([rows.shape[0]], repeating: .infinity)
    var slopes: [Double] = []
    for row in 0..<rows.shape[0] {
      let theta = NaturalParameters(rows.row(row).elements)
      guard family.requirement(brokenBy: theta) == nil else {
        slopes += [Double](repeating: 0, count: variableCount)
        continue
      }
      energies[row] = strength * (family.logPartition(at: theta) - theta.dot(mean.values))
      slopes += zip(family.meanParameters(at: theta).values, mean.values).map {
        strength * ($0 - $1)
      }
    }
    gradient = Tensor(shape: rows.shape, elements: slopes)
    return energies
  }
}

/// A family whose conjugate prior is normalised in closed form.
public protocol ClosedConjugacy: ExponentialFamily {
  /// log ∫ exp(ν (τ·θ − log Z(θ))) dθ, in nats.
  func logPriorPartition(strength: Double, mean: MeanParameters) -> Double
}

extension ConjugatePrior where Family: ClosedConjugacy {
  /// log of what normalises the prior, in nats.
  public var logPartition: Double {
    family.logPriorPartition(strength: strength, mean: mean)
  }

  /// The evidence log p(data), θ averaged over the prior, in nats: what models are compared by.
  ///
  ///     log p(x₁ … x_N) = log A(posterior) − log A(prior) + Σ log h(xᵢ)
  ///
  /// - Parameter rows: `[batch, variables]`.
  public func logEvidence(of rows: Tensor<Double>) throws(ExponentialFamilyError) -> Double {
    let posterior = try posterior(after: rows)
    var base = CompensatedSum()
    for value in family.mapRows(rows, { family.logBaseMeasure(of: $0) }) { base.add(value) }
    return posterior.logPartition - logPartition + base.value
  }
}
