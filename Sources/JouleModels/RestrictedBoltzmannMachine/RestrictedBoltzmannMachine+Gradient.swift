public import JouleAlgebra
public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: CenterableModel {
  /// The weighted sum of free-energy gradients; see `ParametricEnergy`.
  ///
  ///     ∂F/∂W = −v p(h|v)ᵀ,   ∂F/∂b = −v,   ∂F/∂c = −p(h|v)
  ///
  /// - Complexity: one product of 2·n·m flops a row; W's gradient is cut in blocks of rows.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: nil, from: &gradient, scale: scale, on: workers)
  }

  /// See `CenterableModel`. With Δv and Δh the weighted sums of v and h, and weights that add to zero:
  ///
  ///     M = Σ w v (h − λ)ᵀ − μ Δhᵀ,   ∂W = −M,   ∂b = −(Δv − Mλ),   ∂c = −(Δh − Mᵀμ)
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: offsets, from: &gradient, scale: scale, on: workers)
  }

  private func subtract(
    _ terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>?,
    from gradient: inout ParameterSet<Scalar>, scale: Scalar, on workers: Workers
  ) {
    let moments = CouplingMoments(
      terms.map {
        .init(
          weight: $0.weight, rowWeights: $0.rowWeights, lower: $0.completion.visible,
          upper: $0.completion.hiddenMean)
      }, lower: variableCount, upper: hiddenCount, offsets: offsets, on: workers)
    moments.subtract(from: &gradient.entries[0].value, scale: scale, on: workers)
    gradient.entries[1].value.scale(
      by: scale, subtracting: moments.lower - moments.lowerCorrection)
    gradient.entries[2].value.scale(
      by: scale, subtracting: moments.upper - moments.upperCorrection)
  }
}
