import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The Wishart distribution of a symmetric positive definite p × p matrix: of Σ xxᵀ over n draws x from a
/// Gaussian of mean 0 and covariance V.
///
///     p(X) = |X|^((n−p−1)/2) exp(−½ tr V⁻¹X) / (2^(np/2) |V|^(n/2) Γ_p(n/2)),   h = 1
///     T(X) = (log|X|; Xᵢⱼ for i ≥ j),   θ = ((n−p−1)/2; −½ (V⁻¹)ᵢᵢ, −(V⁻¹)ᵢⱼ for i > j)
///     log Z = log Γ_p(a) − a log|B|,   a = n/2,   B = ½ V⁻¹
///     μ = (ψ_p(a) − log|B|; n V),   ψ_p(a) = Σⱼ ψ(a − j/2), j = 0 … p − 1
///
/// An observation is the lower triangle of X: (1,1), (2,1), (2,2), (3,1), …; the density is over it. n need
/// not be whole; it is greater than p − 1.
public struct Wishart: SampledFamily, UniformBaseMeasure {
  /// p.
  public let order: Int
  var triangle: LowerTriangle { LowerTriangle(order: order) }

  /// - Precondition: p ≥ 1.
  public init(order: Int) {
    precondition(order > 0, "a matrix has at least one row, got order \(order)")
    self.order = order
  }

  public var name: String { "Wishart (order \(order))" }
  public var variableCount: Int { triangle.count }
  public var statisticNames: [String] {
    ["log|X|"] + triangle.pairs.map { "X[\($0.i),\($0.j)]" }
  }

  /// a, and B's inverse 2V and log-determinant; NaN outside the domain.
  private func shapeAndScale(
    _ parameters: NaturalParameters
  ) -> (a: Double, inverse: Tensor<Double>, logDeterminant: Double) {
    let a = parameters[0] + Double(order + 1) / 2
    let b = -triangle.matrix(parameters.values[1...], offDiagonalFactor: 0.5)
    guard let (inverse, logDeterminant) = positiveDefinite(b) else {
      return (a, Tensor([order, order], repeating: .nan), .nan)
    }
    return (a, inverse, logDeterminant)
  }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    let matrix = triangle.matrix((0..<variableCount).map { x[$0] })
    return positiveDefinite(matrix) == nil
      ? "the lower triangle of a positive definite matrix, row by row" : nil
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    let (a, _, logDeterminant) = shapeAndScale(parameters)
    if !(2 * a > Double(order - 1)) {
      return "the degrees of freedom must exceed \(order - 1), got \(2 * a)"
    }
    return logDeterminant.isNaN ? "the scale matrix must be positive definite" : nil
  }

  public func statistics(of x: Span<Double>) -> [Double] {
    let entries = (0..<variableCount).map { x[$0] }
    return [positiveDefinite(triangle.matrix(entries))?.logDeterminant ?? .nan] + entries
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let (a, _, logDeterminant) = shapeAndScale(parameters)
    return SpecialFunctions.logMultivariateGamma(a, order: order) - a * logDeterminant
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (a, inverse, logDeterminant) = shapeAndScale(parameters)
    let digamma = (0..<order).reduce(0) { $0 + SpecialFunctions.digamma(a - Double($1) / 2) }
    return MeanParameters([digamma - logDeterminant] + triangle.entries(of: inverse * a))
  }

  /// Var[log|X|] = Σ ψ′(a − j/2), Cov[log|X|, X] = B⁻¹, Cov[Xᵢⱼ, Xₖₗ] = ½ a (B⁻¹ᵢₖ B⁻¹ⱼₗ + B⁻¹ᵢₗ B⁻¹ⱼₖ).
  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (a, c, _) = shapeAndScale(parameters)
    var result = Tensor<Double>(zeros: [statisticCount, statisticCount])
    result[0, 0] = (0..<order).reduce(0) { $0 + SpecialFunctions.trigamma(a - Double($1) / 2) }
    for (u, (i, j)) in triangle.pairs.enumerated() {
      result[0, u + 1] = c[i, j]
      result[u + 1, 0] = c[i, j]
      for (v, (k, l)) in triangle.pairs.enumerated() {
        result[u + 1, v + 1] = 0.5 * a * (c[i, k] * c[j, l] + c[i, l] * c[j, k])
      }
    }
    return result
  }

  /// With V = E[X]/n the moments leave one equation, log|E[X]| − E[log|X|] = p log a − ψ_p(a) ≈
  /// p(p+1)/(4a), of a.
  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    let p = Double(order)
    let gap = spread(of: moments) ?? 1
    return natural(a: p * (p + 1) / (4 * gap) + (p - 1) / 2, mean: Array(moments.values[1...]))
  }

  public func boundary(at moments: MeanParameters) -> String? {
    guard let gap = spread(of: moments) else { return singularCovariance(of: "the matrices") }
    return gap > 1e-14 * max(1, abs(moments[0]))
      ? nil
      : "all matrices are equal: the likelihood grows without end as the degrees of freedom go to "
        + "infinity"
  }

  /// log|E[X]| − E[log|X|] ≥ 0; nil where E[X] is singular.
  private func spread(of moments: MeanParameters) -> Double? {
    positiveDefinite(triangle.matrix(moments.values[1...])).map { $0.logDeterminant - moments[0] }
  }

  /// θ of a = n/2 and E[X] = a B⁻¹.
  private func natural(a: Double, mean: [Double]) -> NaturalParameters {
    let inverse =
      positiveDefinite(triangle.matrix(mean))?.inverse ?? Tensor([order, order], repeating: .nan)
    return NaturalParameters(
      [a - Double(order + 1) / 2]
        + triangle.entries(of: inverse * -a, offDiagonalFactor: 2))
  }

  /// By Bartlett's decomposition: X = (LA)(LA)ᵀ with V = LLᵀ and A lower triangular, Aᵢᵢ² chi-square of
  /// n − i degrees, the rest standard normal.
  public func sampler(at parameters: NaturalParameters) -> Draw {
    let (a, inverse, _) = shapeAndScale(parameters)
    let (order, triangle) = (order, triangle)
    let factor = (try? (inverse * 0.5).cholesky()) ?? Tensor([order, order], repeating: .nan)
    return { stream in
      var bartlett = Tensor<Double>(zeros: [order, order])
      for i in 0..<order {
        bartlett[i, i] = (2 * stream.gamma(shape: a - Double(i) / 2)).squareRoot()
        for j in 0..<i { bartlett[i, j] = stream.normal() }
      }
      let root = factor.matmul(bartlett)
      return triangle.entries(of: root.matmul(root.transposed()))
    }
  }
}

extension Wishart: ConventionalParameters {
  public var conventionalNames: [String] {
    ["degrees of freedom"] + triangle.pairs.map { "scale[\($0.i),\($0.j)]" }
  }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    let (a, inverse, _) = shapeAndScale(parameters)
    return [2 * a] + triangle.entries(of: inverse * 0.5)
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    natural(a: values[0] / 2, mean: values[1...].map { $0 * values[0] })
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    if !(values[0] > Double(order - 1)) {
      return "the degrees of freedom must exceed \(order - 1), got \(values[0])"
    }
    return positiveDefinite(triangle.matrix(values[1...])) == nil
      ? "the scale matrix must be positive definite" : nil
  }
}
