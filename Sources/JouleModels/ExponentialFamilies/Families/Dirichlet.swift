import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The Dirichlet distribution of the proportions of K parts.
///
///     p(x) = Πₖ xₖ^(αₖ−1) / B(α), xₖ > 0, Σ xₖ = 1,   T(x) = (log x₁, …, log x_K),   h = 1
///     θₖ = αₖ − 1,   log Z = Σ log Γ(αₖ) − log Γ(s),   s = Σ α
///     μₖ = ψ(αₖ) − ψ(s),   Cov[T] = diag(ψ′(α)) − ψ′(s)
///
/// A density over the first K − 1 proportions.
public struct Dirichlet: SampledFamily, UniformBaseMeasure {
  /// K.
  public let partCount: Int

  /// - Precondition: at least two parts.
  public init(partCount: Int) {
    precondition(partCount > 1, "a whole has at least two parts, got \(partCount)")
    self.partCount = partCount
  }

  public var name: String { "Dirichlet (\(partCount) parts)" }
  public var variableCount: Int { partCount }
  public var statisticNames: [String] { (0..<partCount).map { "log x[\($0)]" } }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    var sum = 0.0
    for k in 0..<partCount {
      guard x[k] > 0 else { return "proportions, each above 0" }
      sum += x[k]
    }
    // Files round their numbers to six digits or so.
    return abs(sum - 1) <= 1e-6 * Double(partCount) ? nil : "proportions that sum to 1"
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    positiveRequirement(conventionalParameters(at: parameters), conventionalNames)
  }

  public func statistics(of x: Span<Double>) -> [Double] {
    (0..<partCount).map { Double.log(x[$0]) }
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let shapes = parameters.values.map { $0 + 1 }
    return shapes.reduce(-Double.logGamma(shapes.reduce(0, +))) { $0 + Double.logGamma($1) }
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let shapes = parameters.values.map { $0 + 1 }
    let total = shapes.reduce(0, +)
    return MeanParameters(
      shapes.map { -SpecialFunctions.digammaDifference(from: $0, by: total - $0) })
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    dirichletCovariance(shapes: parameters.values.map { $0 + 1 })
  }

  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    dirichletStart(moments)
  }

  public func boundary(at moments: MeanParameters) -> String? { equalProportions(moments) }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    { stream in stream.dirichlet(parameters.values.map { $0 + 1 }) }
  }
}

extension Dirichlet: ConventionalParameters {
  public var conventionalNames: [String] { (0..<partCount).map { "alpha[\($0)]" } }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    parameters.values.map { $0 + 1 }
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    NaturalParameters(values.map { $0 - 1 })
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveRequirement(values, conventionalNames)
  }
}
