public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// A member of an exponential family: the family and θ.
///
///     E(x) = −θ·T(x) − log h(x),   ∂E/∂θ = −T(x)
///
/// Outside the support the energy is +∞. It is an energy like any other: whatever samples or trains
/// energies takes it. The one parameter is `natural_parameters`, θ `[statistics]`.
///
///     let model = try ExponentialFamilyModel(Gaussian(), conventional: [1.5, 0.25])
///     model.logDensity(of: rows)
public struct ExponentialFamilyModel<Family: SufficientStatistics>: ParametricEnergy {
  public typealias Scalar = Double
  /// Rows alone: nothing is hidden.
  public typealias Completion = Tensor<Double>

  public let family: Family
  public var parameters: ParameterSet<Double>

  /// θ.
  public var naturalParameters: NaturalParameters {
    NaturalParameters(parameters.entries[0].value.elements)
  }

  public var variableCount: Int { family.variableCount }

  /// The member of given θ, whatever θ is: training may pass through points that normalise nothing.
  ///
  /// - Precondition: as many parameters as the family has statistics.
  public init(_ family: Family, unchecked parameters: NaturalParameters) {
    precondition(
      parameters.count == family.statisticCount,
      "\(family.name) has \(family.statisticCount) parameters, got \(parameters.count)")
    self.family = family
    self.parameters = ParameterSet([
      .init(name: "natural_parameters", role: .bias, value: Tensor(parameters.values))
    ])
  }

  public func energy(of rows: Tensor<Double>) -> Tensor<Double> {
    requireRows(rows)
    let theta = naturalParameters
    return Tensor(
      family.mapRows(rows) { x in
        guard family.requirement(brokenBy: x) == nil else { return .infinity }
        return -(theta.dot(family.statistics(of: x)) + family.logBaseMeasure(of: x))
      })
  }

  public func complete(_ rows: Tensor<Double>) -> Tensor<Double> { rows }

  /// Σ weights of −T; see `ParametricEnergy`. Summed in the order of the rows, by one thread.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Double>,
    scalingPreviousBy scale: Double, on workers: Workers
  ) {
    gradient.scale(by: scale)
    var sum = gradient.entries[0].value
    for term in terms {
      let statistics = family.statistics(ofRows: term.completion)
      let weights = term.rowWeights ?? Tensor([term.completion.shape[0]], repeating: 1)
      let total = weights.reshaped(to: [1, weights.count]).matmul(statistics)
      sum.add(total.reshaped(to: [total.count]), scaledBy: -term.weight)
    }
    gradient.entries[0].value = sum
  }
}

extension ExponentialFamilyModel: ExactExpectation where Family: ExponentialFamily {
  /// Adds −weight · μ(θ); NaN outside the domain.
  public func accumulateExpectedGradient(
    into gradient: inout ParameterSet<Double>, weight: Double, on workers: Workers
  ) {
    let theta = naturalParameters
    let isInDomain = family.requirement(brokenBy: theta) == nil
    let mean =
      isInDomain
      ? Tensor(family.meanParameters(at: theta).values)
      : Tensor([family.statisticCount], repeating: .nan)
    gradient.entries[0].value.add(mean, scaledBy: -weight)
  }
}

extension SufficientStatistics {
  /// T of every row, `[batch, statistics]`.
  public func statistics(ofRows rows: Tensor<Double>) -> Tensor<Double> {
    Tensor(
      shape: [rows.shape[0], statisticCount],
      elements: mapRows(rows) { statistics(of: $0) }.flatMap { $0 })
  }
}

extension ExponentialFamilyModel where Family: ExponentialFamily {
  /// The member of given natural parameters.
  ///
  /// - Throws: ``ExponentialFamilyError/parameters(family:requirement:)`` outside the domain.
  public init(_ family: Family, _ parameters: NaturalParameters) throws(ExponentialFamilyError) {
    self.init(family, unchecked: parameters)
    if let index = parameters.values.firstIndex(where: { !$0.isFinite }) {
      throw .parameters(
        family: family.name,
        requirement: "the natural parameter of \(family.statisticNames[index]) must be finite, got "
          + "\(parameters[index])")
    }
    if let requirement = family.requirement(brokenBy: parameters) {
      throw .parameters(family: family.name, requirement: requirement)
    }
  }

  /// The member of given moments μ = E[T].
  public init(_ family: Family, moments: MeanParameters) throws(ExponentialFamilyError) {
    self.init(family, unchecked: try family.naturalParameters(of: moments))
  }
}

extension ExponentialFamilyModel where Family: ConventionalParameters {
  /// The member of given textbook parameters, in the order of the family's `conventionalNames`.
  ///
  /// - Throws: ``ExponentialFamilyError/parameters(family:requirement:)`` outside their domain.
  public init(_ family: Family, conventional values: [Double]) throws(ExponentialFamilyError) {
    precondition(
      values.count == family.conventionalNames.count,
      "\(family.name) has the parameters \(family.conventionalNames), got \(values)")
    if let requirement = family.requirement(brokenByConventional: values) {
      throw .parameters(family: family.name, requirement: requirement)
    }
    try self.init(family, family.naturalParameters(conventional: values))
  }

  /// The textbook's parameters.
  public var conventionalParameters: [Double] {
    family.conventionalParameters(at: naturalParameters)
  }
}
