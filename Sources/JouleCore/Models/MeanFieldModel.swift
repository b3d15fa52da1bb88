public import JouleAlgebra
public import JouleTensor

/// How many orders of the couplings a mean-field expansion keeps.
public enum MeanFieldOrder: Int, Sendable, Hashable, CaseIterable {
  /// Naive mean field: independent variables in each other's mean.
  case first = 1
  /// With the reaction of Thouless, Anderson and Palmer.
  case second = 2
  case third = 3
}

/// A latent-variable model whose log Z has an expansion in its couplings at fixed means of all variables.
///
///     −log Z ≈ min over m of Γ(m),   Γ = (energy at the means) − (their entropy) − (corrections)
///
/// Points are rows of visible means with rows of hidden means. Where ∂Γ/∂m = 0 the derivative of Γ by a
/// parameter is the one at fixed means: that is what a gradient takes.
///
/// Reference: M. Gabrié, E. Tramel, F. Krzakala, Training restricted Boltzmann machines via the
/// Thouless-Anderson-Palmer free energy, NeurIPS 2015, arXiv:1506.02914, §3.
public protocol MeanFieldModel: StandardizableModel {
  /// Moves points towards a stationary one of Γ, layer by layer.
  ///
  /// - Parameters:
  ///   - points: `[points, variables]` and `[points, hidden]`, overwritten.
  ///   - iterations: of both layers.
  ///   - inertia: the part of the old means that is kept, in [0, 1).
  func relax(
    _ points: inout LatentRows<Scalar>, order: MeanFieldOrder, iterations: Int, inertia: Scalar)

  /// Γ of every point, `[points]`, in nats: an estimate of −log Z at a stationary one.
  func meanFieldFreeEnergy(of points: LatentRows<Scalar>, order: MeanFieldOrder) -> Tensor<Double>

  /// Adds the mean over points of ∂Γ/∂θ at fixed means to a gradient.
  ///
  ///     gradient ← gradient + w · (1/points) Σ ∂Γ/∂θ
  func accumulateMeanFieldGradient(
    at points: LatentRows<Scalar>, order: MeanFieldOrder, weight: Scalar,
    into gradient: inout ParameterSet<Scalar>, on workers: Workers)
}
