public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A multivariate normal distribution.
///
///     x = μ + L z,   z ~ N(0, I),   log p(x) = −½ |L⁻¹(x − μ)|² − ½ log det L Lᵀ − (n/2) log 2π
public struct NormalDistribution<Scalar: TensorScalar>: TractableDistribution {
  /// μ, `[variables]`.
  public let mean: Tensor<Scalar>
  /// L, `[variables, variables]`, lower triangular.
  public let factor: Tensor<Scalar>
  /// (L⁻¹)ᵀ, `[variables, variables]`.
  let whitening: Tensor<Scalar>
  let logConstant: Double

  /// - Parameters:
  ///   - mean: μ, `[variables]`.
  ///   - covariance: L Lᵀ, `[variables, variables]`, symmetric positive definite.
  /// - Throws: `.notPositiveDefinite` with the pivot that fails; `.nonFinite`.
  public init(mean: Tensor<Scalar>, covariance: Tensor<Scalar>) throws(LinearAlgebraError) {
    precondition(
      mean.rank == 1 && covariance.shape == [mean.count, mean.count],
      "a normal distribution has a mean [n] and a covariance [n, n], got \(mean.shape) and "
        + "\(covariance.shape)")
    let factor = try covariance.cholesky()
    self.mean = mean
    self.factor = factor
    whitening = try factor.solve(Tensor.identity(mean.count)).transposed()
    let logTwoPi = Double.log(2 * Double.pi)
    logConstant =
      -0.5 * (try Tensor<Double>(covariance).logDeterminant() + Double(mean.count) * logTwoPi)
  }

  public var variableCount: Int { mean.count }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    let noise = Tensor<Scalar>(normal: rows.shape, using: random)
    Tensor.multiply(noise, factor, .transposed, into: &rows)
    rows += mean
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    Tensor<Double>(whitened(rows).squared().sum(along: 1)) * -0.5 + logConstant
  }

  /// L⁻¹ (x − μ) of every row.
  func whitened(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { (rows - mean).matmul(whitening) }
}
