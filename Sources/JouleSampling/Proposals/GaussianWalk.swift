public import JouleCore
public import JouleRandom
public import JouleTensor

/// A Gaussian random walk.
///
///     x′ = x + s L z,   z ~ N(0, I),   L Lᵀ a covariance, the identity without one
///
/// The best scale in n dimensions is about 2.4 / √n times the target's spread (with L Lᵀ its covariance:
/// s = 2.4 / √n); about one proposal in four is then accepted.
///
/// Reference: G. Roberts, A. Gelman, W. Gilks, Weak convergence and optimal scaling of random walk
/// Metropolis algorithms, Annals of Applied Probability 7 (1997), §1.
public struct GaussianWalk<Scalar: TensorScalar>: SymmetricProposal {
  /// s.
  public var scale: Double
  /// L, `[variables, variables]`, lower triangular.
  public var factor: Tensor<Scalar>?

  /// Steps of one size in every direction.
  ///
  /// - Precondition: the scale is positive and finite: with zero no chain would ever move.
  public init(scale: Double) {
    Self.require(scale)
    self.scale = scale
    factor = nil
  }

  /// Steps in the shape of a covariance.
  ///
  /// - Parameter covariance: `[variables, variables]`, symmetric positive definite.
  /// - Throws: `.notPositiveDefinite` with the pivot that fails; `.nonFinite`.
  public init(covariance: Tensor<Scalar>, scale: Double = 1) throws(LinearAlgebraError) {
    Self.require(scale)
    self.scale = scale
    factor = try covariance.cholesky()
  }

  private static func require(_ scale: Double) {
    precondition(
      scale > 0 && scale.isFinite, "a random walk's scale is positive and finite, got \(scale)")
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    if let factor {
      let noise = Tensor<Scalar>(normal: rows.shape, using: random)
      proposed.assign(rows)
      Tensor.multiply(
        noise, factor, .transposed, scale: Scalar(scale), accumulate: 1, into: &proposed)
    } else {
      proposed.fillNormal(using: random)
      proposed.scale(by: Scalar(scale))
      proposed += rows
    }
  }
}
