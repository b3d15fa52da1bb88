/// θ, the natural parameters of an exponential family: the coefficients of the sufficient statistics.
///
/// They add when densities are multiplied, and scale when a density is tempered.
public struct NaturalParameters: Sendable, Equatable, ExpressibleByArrayLiteral {
  public var values: [Double]

  public init(_ values: [Double]) { self.values = values }
  public init(arrayLiteral elements: Double...) { values = elements }

  public var count: Int { values.count }
  public subscript(_ index: Int) -> Double {
    get { values[index] }
    set { values[index] = newValue }
  }

  public static func + (left: NaturalParameters, right: NaturalParameters) -> NaturalParameters {
    precondition(
      left.count == right.count, "\(left.count) natural parameters and \(right.count) do not add")
    return NaturalParameters(zip(left.values, right.values).map(+))
  }

  public static func * (factor: Double, parameters: NaturalParameters) -> NaturalParameters {
    NaturalParameters(parameters.values.map { factor * $0 })
  }

  /// θ·t with the statistics of an observation, or their mean.
  public func dot(_ statistics: [Double]) -> Double {
    precondition(
      count == statistics.count, "\(count) natural parameters for \(statistics.count) statistics")
    var sum = 0.0
    for (parameter, statistic) in zip(values, statistics) { sum += parameter * statistic }
    return sum
  }
}

/// μ, the mean parameters of an exponential family: the expectations of the sufficient statistics.
///
///     μ = E[T(x)] = ∇ log Z(θ)
///
/// They average when data are pooled, and never add: they are points of the convex hull of the values of
/// T, not vectors.
public struct MeanParameters: Sendable, Equatable, ExpressibleByArrayLiteral {
  public var values: [Double]

  public init(_ values: [Double]) { self.values = values }
  public init(arrayLiteral elements: Double...) { values = elements }

  public var count: Int { values.count }
  public subscript(_ index: Int) -> Double { values[index] }

  /// (1 − share) μ + share μ′: the moments of data of which a share is of the other kind.
  ///
  /// - Precondition: `share` in [0, 1].
  public func pooled(with other: MeanParameters, share: Double) -> MeanParameters {
    precondition(count == other.count, "\(count) mean parameters and \(other.count) do not pool")
    precondition(share >= 0 && share <= 1, "a share lies in [0, 1], got \(share)")
    return MeanParameters(zip(values, other.values).map { $0 + share * ($1 - $0) })
  }
}
