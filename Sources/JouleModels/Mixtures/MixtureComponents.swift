public import JouleCore
public import JouleRandom
public import JouleTensor

/// The components of a mixture, all of one family: what differs between mixtures of bits and of normals.
///
/// Everything is in Double, whatever the scalar type of the model: a mixture's posterior is an exponential
/// of differences of large numbers.
public protocol MixtureComponents: Sendable, Equatable {
  /// What a fit sums over rows: see ``moments(of:responsibilities:)``.
  associatedtype Moments: Sendable

  /// The kind of the mixture in files.
  static var kind: String { get }
  /// The names of the parameters, in their order.
  static var parameterNames: [String] { get }

  /// Components of given parameters, of unconstrained values.
  ///
  /// - Parameter parameters: in the order of the names, the number of components leading each shape.
  /// - Throws: what is wrong with a shape.
  init(parameters: [Tensor<Double>]) throws(ArchiveError)

  var parameters: [Tensor<Double>] { get }
  /// K
  var count: Int { get }
  var variableCount: Int { get }

  /// E[x] of every component, `[components, variables]`.
  var means: Tensor<Double> { get }

  /// log p_k(x) of every row and component, `[rows, components]`, in nats.
  func logDensities(of rows: Tensor<Double>) -> Tensor<Double>

  /// Σ_r w[r, k] ∂ log p_k(x_r)/∂θ, in the order and the shapes of the parameters.
  ///
  /// - Parameter weights: w, `[rows, components]`.
  func parameterSlopes(at rows: Tensor<Double>, weights: Tensor<Double>) -> [Tensor<Double>]

  /// Σ_k w[r, k] ∂ log p_k(x_r)/∂x, `[rows, variables]`.
  func inputSlopes(at rows: Tensor<Double>, weights: Tensor<Double>) -> Tensor<Double>

  /// One row from a component.
  func draw(from component: Int, using stream: inout RandomStream) -> [Double]

  /// The sums over rows that the best components depend on, each row counted by its responsibilities.
  ///
  /// - Parameter responsibilities: `[rows, components]`.
  func moments(of rows: Tensor<Double>, responsibilities: Tensor<Double>) -> Moments

  /// total ← total + part, of moments of the same components.
  static func add(_ part: Moments, to total: inout Moments)

  /// The components that make the expected log-likelihood of the moments greatest, within the limits.
  ///
  /// - Parameters:
  ///   - moments: of these components.
  ///   - isEmpty: components that no row belongs to, which stay as they are.
  ///   - limits: what keeps them from degenerating.
  func maximized(_ moments: Moments, isEmpty: [Bool], limits: MixtureLimits) -> Self

  /// The numbers of the components that a limit holds from degenerating further.
  func limited(by limits: MixtureLimits) -> [Int]

  /// The log-density of the prior that ``MixtureLimits`` stand for, up to a constant.
  func logPrior(limits: MixtureLimits) -> Double

  /// Components at given centres, before any row has been looked at.
  ///
  /// - Parameters:
  ///   - centers: `[components, variables]`.
  ///   - variance: of a variable about them.
  static func initial(centers: Tensor<Double>, variance: Double, options: Options) -> Self

  /// What a fit has to know beside the number of components.
  associatedtype Options: Sendable
}

/// What keeps components from degenerating.
public struct MixtureLimits: Sendable, Equatable {
  /// α: imagined rows of ones, and of zeros, that a component of bits is given beside its own. Larger is
  /// smoother. The fit is then of largest posterior density under Beta(1 + α, 1 + α) priors.
  public var pseudoCount: Double
  /// The least variance of a normal component in any direction.
  public var leastVariance: Double

  /// - Precondition: both positive and finite.
  public init(pseudoCount: Double = 1, leastVariance: Double = 1e-6) {
    precondition(
      pseudoCount > 0 && pseudoCount.isFinite && leastVariance > 0 && leastVariance.isFinite,
      "limits are positive and finite: got a pseudo-count of \(pseudoCount), a variance of "
        + "\(leastVariance)")
    self.pseudoCount = pseudoCount
    self.leastVariance = leastVariance
  }
}
