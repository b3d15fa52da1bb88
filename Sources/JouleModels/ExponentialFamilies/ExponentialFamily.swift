public import JouleRandom
public import JouleTensor

/// What an exponential family says before it is normalised: sufficient statistics and a base measure.
///
///     p(x; θ) = h(x) exp(θ·T(x)) / Z(θ)
///
/// This much is an energy, E(x) = −θ·T(x) − log h(x), and enough for sampling and for training by Markov
/// chains. An observation x is a row of `variableCount` numbers.
public protocol SufficientStatistics: Sendable {
  /// The usual name, such as "Poisson".
  var name: String { get }
  /// The numbers in an observation.
  var variableCount: Int { get }
  /// What each statistic is, such as "x²"; as many as T has components.
  ///
  /// No statistic is an affine function of the others, or θ would not be determined.
  var statisticNames: [String] { get }

  /// T(x) of an observation in the support.
  func statistics(of x: Span<Double>) -> [Double]

  /// log h(x) of an observation in the support, in nats.
  func logBaseMeasure(of x: Span<Double>) -> Double

  /// What an observation would have to be, if it is outside the support; nil inside.
  func requirement(brokenBy x: Span<Double>) -> String?
}

/// An exponential family whose partition function and its derivatives can be computed.
///
///     p(x; θ) = h(x) exp(θ·T(x) − log Z(θ)),   log Z(θ) = log ∫ h(x) e^(θ·T(x)) dx
///     ∇ log Z = E[T] = μ,   ∇² log Z = Cov[T] = I(θ), the Fisher information
///
/// For discrete x the integral is a sum. A new family states T, h, log Z and its mean; everything else
/// (densities, divergences, products, learning) is written once over this protocol, and the derivatives
/// that are left out are taken numerically.
///
/// Reference: M. J. Wainwright, M. I. Jordan, Graphical models, exponential families, and variational
/// inference, Foundations and Trends in Machine Learning 1 (2008), §3.1–3.6.
public protocol ExponentialFamily: SufficientStatistics {
  /// What the parameters would have to be, if log Z(θ) is infinite or θ of no meaning; nil inside the
  /// domain.
  func requirement(brokenBy parameters: NaturalParameters) -> String?

  /// log Z(θ), in nats.
  func logPartition(at parameters: NaturalParameters) -> Double

  /// μ = E[T] = ∇ log Z(θ).
  func meanParameters(at parameters: NaturalParameters) -> MeanParameters

  /// Cov[T] = ∇² log Z(θ), `[statistics, statistics]`. By default by differences of the mean, to about
  /// 1e-9.
  func covariance(at parameters: NaturalParameters) -> Tensor<Double>

  /// The three together, for families that find them in one pass.
  func cumulants(at parameters: NaturalParameters) -> Cumulants

  /// E[log h(x)] under θ, which the entropy needs; nil where no formula is known.
  func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double?

  /// θ of given moments where there is a formula; nil by default, and Newton's method finds it.
  func closedForm(of moments: MeanParameters) -> NaturalParameters?

  /// A point of the domain from which Newton's method starts towards given moments. Zero by default.
  func startingPoint(for moments: MeanParameters) -> NaturalParameters

  /// Why no member of the family has these moments: they lie on the boundary of the possible ones, or
  /// beyond. Nil where a member has them, or nothing is known beforehand.
  func boundary(at moments: MeanParameters) -> String?

  /// A proof that no member has these moments, however costly to find; nil where there is none.
  func separation(at moments: MeanParameters) -> SeparatingDirection?

  /// log p(x) of every row of observations in the support, `[batch]`, in nats. Families override it
  /// where θ·T(x) − log Z cancels.
  func logDensity(of rows: Tensor<Double>, at parameters: NaturalParameters) -> Tensor<Double>

  /// θ of greatest likelihood from the rows themselves, where a pass over them is more accurate than
  /// their moments; nil by default.
  func closedForm(ofRows rows: Tensor<Double>, weights: [Double]) -> NaturalParameters?
}

/// log Z and its first two derivatives at one θ: what a Newton step needs.
public struct Cumulants: Sendable {
  public let logPartition: Double
  /// ∇ log Z.
  public let mean: MeanParameters
  /// ∇² log Z, `[statistics, statistics]`.
  public let covariance: Tensor<Double>

  public init(logPartition: Double, mean: MeanParameters, covariance: Tensor<Double>) {
    self.logPartition = logPartition
    self.mean = mean
    self.covariance = covariance
  }
}

/// A family from which independent draws can be made.
public protocol SampledFamily: ExponentialFamily {
  /// One draw, `variableCount` numbers.
  typealias Draw = @Sendable (inout RandomStream) -> [Double]

  /// What makes independent draws from p(x; θ): all that depends on θ alone is done once.
  func sampler(at parameters: NaturalParameters) -> Draw

  /// How far data are from the member θ; see ``Discrepancy``.
  func discrepancy(
    of rows: Tensor<Double>, weights: [Double], at parameters: NaturalParameters,
    using random: ChainRandom
  ) -> Discrepancy
}

/// A family whose base measure is constant: h(x) = 1.
public protocol UniformBaseMeasure: ExponentialFamily {}

extension UniformBaseMeasure {
  public func logBaseMeasure(of x: Span<Double>) -> Double { 0 }
  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? { 0 }
}

/// A family with the parameters that textbooks use, such as shape and rate.
public protocol ConventionalParameters: ExponentialFamily {
  var conventionalNames: [String] { get }

  /// The textbook's parameters of θ.
  func conventionalParameters(at parameters: NaturalParameters) -> [Double]

  /// θ of the textbook's parameters.
  ///
  /// - Precondition: they break no requirement.
  func naturalParameters(conventional values: [Double]) -> NaturalParameters

  /// What the textbook's parameters would have to be, if they are outside their domain; nil inside.
  func requirement(brokenByConventional values: [Double]) -> String?
}

extension SufficientStatistics {
  /// The number of sufficient statistics, and of parameters.
  public var statisticCount: Int { statisticNames.count }
}

extension ExponentialFamily {
  public func requirement(brokenBy parameters: NaturalParameters) -> String? { nil }
  public func closedForm(of moments: MeanParameters) -> NaturalParameters? { nil }
  public func boundary(at moments: MeanParameters) -> String? { nil }
  public func separation(at moments: MeanParameters) -> SeparatingDirection? { nil }
  public func closedForm(ofRows rows: Tensor<Double>, weights: [Double]) -> NaturalParameters? {
    nil
  }

  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    NaturalParameters([Double](repeating: 0, count: statisticCount))
  }

  public func cumulants(at parameters: NaturalParameters) -> Cumulants {
    Cumulants(
      logPartition: logPartition(at: parameters), mean: meanParameters(at: parameters),
      covariance: covariance(at: parameters))
  }

  public func logDensity(
    of rows: Tensor<Double>, at parameters: NaturalParameters
  ) -> Tensor<Double> {
    let logPartition = logPartition(at: parameters)
    return Tensor(
      mapRows(rows) { x in
        parameters.dot(statistics(of: x)) + logBaseMeasure(of: x) - logPartition
      })
  }
}

extension SufficientStatistics {
  /// A value of every row, in order.
  func mapRows<Value>(_ rows: Tensor<Double>, _ body: (Span<Double>) -> Value) -> [Value] {
    precondition(
      rows.rank == 2 && rows.shape[1] == variableCount,
      "observations of \(name) are rows of \(variableCount) numbers, got shape \(rows.shape)")
    let elements = rows.elements.span
    return (0..<rows.shape[0]).map {
      body(elements.extracting($0 * variableCount..<($0 + 1) * variableCount))
    }
  }
}
