public import JouleCore
public import JouleRandom
public import JouleTensor

/// A Gaussian random walk.
///
///     x′ = x + s L z,   z ~ N(0, I),   L Lᵀ a covariance, the identity without one
///
/// The best scale in n dimensions is about 2.4 / √n times the target's spread; with L Lᵀ its covariance,
/// s = 2.4 / √n. About one proposal in four is then accepted. A walk can find both while chains warm up:
///
///     let kernel = MetropolisHastings(energy, GaussianWalk(adapting: .covariance))
///
/// Reference: G. Roberts, A. Gelman, W. Gilks, Weak convergence and optimal scaling of random walk
/// Metropolis algorithms, Annals of Applied Probability 7 (1997), §1.
public struct GaussianWalk<Scalar: TensorScalar>: SymmetricProposal {
  /// What a walk learns in warm-up.
  public enum Learning: Sendable, Hashable {
    case nothing
    /// s, so that proposals are accepted at the optimal rate.
    case scale
    /// s, and L from the covariance of where the chains went.
    case covariance
  }

  /// s.
  public var scale: Double
  /// L, `[variables, variables]`, lower triangular; nil for the identity.
  public var factor: Tensor<Scalar>?
  public let learning: Learning

  /// Steps of one size in every direction, the same for ever.
  public init(scale: Double) {
    self.scale = scale
    factor = nil
    learning = .nothing
  }

  /// Steps in the shape of a covariance, the same for ever.
  ///
  /// - Parameters:
  ///   - covariance: L Lᵀ, `[variables, variables]`, symmetric positive definite.
  ///   - scale: s; by default 2.38 / √n.
  /// - Throws: `.notPositiveDefinite` with the pivot that fails; `.nonFinite`.
  public init(covariance: Tensor<Scalar>, scale: Double? = nil) throws(LinearAlgebraError) {
    factor = try covariance.cholesky()
    self.scale = scale ?? WalkAdaptation<Scalar>.optimalScale(covariance.shape[0])
    learning = .nothing
  }

  /// Steps that are learnt while chains warm up, and fixed from then on.
  ///
  /// - Parameter scale: s of the first step.
  public init(adapting learning: Learning, from scale: Double = 1) {
    self.scale = scale
    factor = nil
    self.learning = learning
  }

  public var defect: String? {
    scale > 0 && scale.isFinite
      ? nil : "the random walk's scale is \(scale), expected a positive finite number"
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

  public func makeAdaptation(variableCount: Int, steps: Int) -> WalkAdaptation<Scalar> {
    WalkAdaptation(
      scale: scale, variableCount: variableCount, steps: steps,
      learnsCovariance: learning == .covariance)
  }

  public func adapted(
    to step: ProposalWarmUpStep<Scalar>, learning adaptation: inout WalkAdaptation<Scalar>
  ) -> GaussianWalk {
    guard learning != .nothing else { return self }
    var walk = self
    if let factor = adaptation.learn(step) { walk.factor = factor }
    walk.scale = adaptation.scale(isLast: step.isLast)
    return walk
  }
}
