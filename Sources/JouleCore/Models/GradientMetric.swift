public import JouleAlgebra

/// A centrable model whose gradient can also be taken in standardised parameters.
///
/// Standardising replaces v by (v − μ)/σ and h by (h − λ)/τ in the energy. The distributions that can be
/// expressed are the same; a step of gradient descent in the new parameters, converted back, is
///
///     ∂W′ = diag(1/σ²) ∂W diag(1/τ²),   ∂b′ = Δv/σ² − ∂W′ λ,   ∂c′ = Δh/τ² − ∂W′ᵀ μ
///
/// with ∂W the centred gradient of the weights, Δv and Δh the plain ones of the biases.
public protocol StandardizableModel: CenterableModel {
  /// Converts a plain gradient, of weights that sum to zero, to centred parameters: for gradients that are no
  /// sum over rows.
  ///
  ///     ∂W′ = ∂W − ∂b λᵀ − μ ∂cᵀ,   ∂b′ = ∂b − ∂W′ λ,   ∂c′ = ∂c − ∂W′ᵀ μ
  func center(_ gradient: inout ParameterSet<Scalar>, offsets: CenteringOffsets<Scalar>)

  /// The variances of visible and hidden variables of given means, in units of the largest that there is:
  /// those of bits are 4 m (1 − m).
  func relativeVariances(ofMeans offsets: CenteringOffsets<Scalar>) -> CenteringOffsets<Scalar>

  /// Converts a gradient in centred parameters, of weights that sum to zero, to the standardised ones.
  ///
  /// - Parameters:
  ///   - offsets: μ and λ, those that the gradient was centred with.
  ///   - variances: σ² and τ², above zero.
  func standardize(
    _ gradient: inout ParameterSet<Scalar>, offsets: CenteringOffsets<Scalar>,
    variances: CenteringOffsets<Scalar>)
}

/// A latent-variable model whose Fisher metric falls into blocks, one a hidden variable, where what the
/// hidden variables have in common is left out.
public protocol BlockFisherModel: LatentVariableModel {
  /// Turns a gradient into a natural one. NaN in the samples or the gradient makes it NaN.
  ///
  ///     gradient ← (F + d I)⁻¹ gradient,   F block diagonal, from samples of the model
  ///
  /// - Parameters:
  ///   - samples: rows of the model with their hidden means.
  ///   - damping: d, above zero.
  func solveFisherBlocks(
    _ gradient: inout ParameterSet<Scalar>, samples: LatentRows<Scalar>, damping: Double,
    on workers: Workers)
}
