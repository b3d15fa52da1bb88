import JouleRandom
public import JouleTensor
import RealModule

/// The Gaussian distribution of n variables.
///
///     p(x) = exp(−½ (x−m)ᵀ S⁻¹ (x−m)) / √|2πS|,   T(x) = (xᵢ; xᵢ xⱼ for i ≥ j),   h = 1
///     θ = (S⁻¹m; −½ (S⁻¹)ᵢᵢ, −(S⁻¹)ᵢⱼ for i > j),   log Z = ½ mᵀS⁻¹m + ½ log|2πS|
///     μ = (m; mᵢmⱼ + Sᵢⱼ)
///
/// The precision S⁻¹ is factorized by Cholesky.
public struct MultivariateGaussian: SampledFamily, UniformBaseMeasure {
  public let variableCount: Int
  var triangle: LowerTriangle { LowerTriangle(order: variableCount) }

  /// - Precondition: at least one variable.
  public init(variableCount: Int) {
    precondition(variableCount > 0, "there is at least one variable, got \(variableCount)")
    self.variableCount = variableCount
  }

  public var name: String { "Gaussian (\(variableCount) variables)" }
  public var statisticNames: [String] {
    (0..<variableCount).map { "x[\($0)]" } + triangle.pairs.map { "x[\($0.i)] x[\($0.j)]" }
  }

  /// S⁻¹ of θ.
  func precision(_ parameters: NaturalParameters) -> Tensor<Double> {
    triangle.matrix(parameters.values[variableCount...], offDiagonalFactor: 0.5) * -2
  }

  /// m, S and log|S| of θ; NaN where the precision is not positive definite.
  func moments(
    _ parameters: NaturalParameters
  ) -> (mean: Tensor<Double>, covariance: Tensor<Double>, logDeterminant: Double) {
    let n = variableCount
    guard let (covariance, logDeterminant) = positiveDefinite(precision(parameters)) else {
      return (Tensor([n], repeating: .nan), Tensor([n, n], repeating: .nan), .nan)
    }
    let mean = covariance.matmul(Tensor(Array(parameters.values.prefix(n))))
    return (mean, covariance, -logDeterminant)
  }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    (0..<variableCount).allSatisfy { x[$0].isFinite } ? nil : "finite numbers"
  }

  public func requirement(brokenBy parameters: NaturalParameters) -> String? {
    positiveDefinite(precision(parameters)) == nil
      ? "the precision matrix, −2 times the coefficients of xᵢxⱼ, must be positive definite" : nil
  }

  public func statistics(of x: Span<Double>) -> [Double] {
    (0..<variableCount).map { x[$0] } + triangle.pairs.map { x[$0.i] * x[$0.j] }
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    let (mean, _, logDeterminant) = moments(parameters)
    let linear = Tensor(Array(parameters.values.prefix(variableCount)))
    return 0.5
      * (linear.dot(mean) + logDeterminant + Double(variableCount) * Double.log(2 * .pi))
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    let (m, s, _) = moments(parameters)
    return MeanParameters(m.elements + triangle.pairs.map { s[$0.i, $0.j] + m[$0.i] * m[$0.j] })
  }

  /// By the moments of products of jointly Gaussian variables (Isserlis).
  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (m, s, _) = moments(parameters)
    let (n, pairs) = (variableCount, triangle.pairs)
    var result = Tensor<Double>(zeros: [statisticCount, statisticCount])
    for i in 0..<n {
      for j in 0..<n { result[i, j] = s[i, j] }
      for (b, (k, l)) in pairs.enumerated() {
        result[i, n + b] = m[k] * s[i, l] + m[l] * s[i, k]
        result[n + b, i] = result[i, n + b]
      }
    }
    for (a, (i, j)) in pairs.enumerated() {
      for (b, (k, l)) in pairs.enumerated() {
        result[n + a, n + b] =
          s[i, k] * s[j, l] + s[i, l] * s[j, k] + m[i] * m[k] * s[j, l] + m[i] * m[l] * s[j, k]
          + m[j] * m[k] * s[i, l] + m[j] * m[l] * s[i, k]
      }
    }
    return result
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    let m = Array(moments.values.prefix(variableCount))
    let pairs = triangle.pairs
    let s = zip(pairs, moments.values[variableCount...]).map { $1 - m[$0.i] * m[$0.j] }
    return natural(mean: m, covariance: triangle.matrix(s))
  }

  public func boundary(at moments: MeanParameters) -> String? {
    closedForm(of: moments) == nil ? singularCovariance(of: "the observations") : nil
  }

  /// In two passes, as of one variable.
  public func closedForm(ofRows rows: Tensor<Double>, weights: [Double]) -> NaturalParameters? {
    let shares = Tensor(weights) * (1 / weights.reduce(0, +))
    let mean = shares.reshaped(to: [1, shares.count]).matmul(rows)
    let centered = rows - mean
    let covariance = (centered * shares.reshaped(to: [shares.count, 1])).transposed()
      .matmul(centered)
    return natural(mean: mean.elements, covariance: (covariance + covariance.transposed()) * 0.5)
  }

  public func logDensity(of rows: Tensor<Double>, at parameters: NaturalParameters) -> Tensor<
    Double
  > {
    let (mean, _, logDeterminant) = moments(parameters)
    let centered = rows - mean
    let squares = (centered.matmul(precision(parameters)) * centered).sum(along: 1)
    return (squares + logDeterminant + Double(variableCount) * Double.log(2 * .pi)) * -0.5
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let (mean, covariance, _) = moments(parameters)
    let n = variableCount
    let factor = (try? covariance.cholesky()) ?? Tensor([n, n], repeating: .nan)
    return { stream in
      let noise = Tensor((0..<n).map { _ in stream.normal(as: Double.self) })
      return (mean + factor.matmul(noise)).elements
    }
  }

  /// θ of a mean and covariance; nil where the covariance is singular to working accuracy.
  private func natural(mean: [Double], covariance: Tensor<Double>) -> NaturalParameters? {
    guard isWellConditioned(covariance), let (precision, _) = positiveDefinite(covariance) else {
      return nil
    }
    return NaturalParameters(
      precision.matmul(Tensor(mean)).elements
        + triangle.entries(of: precision * -0.5, offDiagonalFactor: 2))
  }
}

extension MultivariateGaussian: ConventionalParameters {
  public var conventionalNames: [String] {
    (0..<variableCount).map { "mean[\($0)]" }
      + triangle.pairs.map { "covariance[\($0.i),\($0.j)]" }
  }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    let (mean, covariance, _) = moments(parameters)
    return mean.elements + triangle.entries(of: covariance)
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    let covariance = triangle.matrix(values[variableCount...])
    guard let result = natural(mean: Array(values.prefix(variableCount)), covariance: covariance)
    else { preconditionFailure("the covariance is not positive definite: \(covariance)") }
    return result
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    positiveDefinite(triangle.matrix(values[variableCount...])) == nil
      ? "the covariance matrix must be positive definite" : nil
  }
}

func singularCovariance(of what: String) -> String {
  "\(what) lie in a subspace (a variable is constant, or a combination of others, or there are too "
    + "few rows): the likelihood grows without end as the variance across it goes to 0"
}
