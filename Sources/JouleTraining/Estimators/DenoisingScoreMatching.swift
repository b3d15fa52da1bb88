public import JouleAutodiff
public import JouleCore
public import JouleRandom
import JouleTensor

/// Denoising score matching: the model's slope at a row with noise is made to point back to the row.
///
///     L = E[½ |∇E(x̃) − ε/σ|²],   x̃ = x + σ ε,   ε ~ N(0, I)
///
/// What it learns is the density of the data **with the noise**, p_data convolved with N(0, σ²I), not that of
/// the data. It needs no Hessian. The smaller σ, the closer to the data and the larger the variance of the
/// gradient, as 1/σ².
///
/// Reference: P. Vincent, A connection between score matching and denoising autoencoders, Neural Computation 23
/// (2011), eq. 9–10, with ψ = −∇E and (x − x̃)/σ² = −ε/σ.
public struct DenoisingScoreMatching<Model: EnergyExpression>: LossEstimator {
  /// σ.
  public let noise: Double

  /// - Parameter noise: σ > 0.
  public init(noise: Double) {
    precondition(noise > 0 && noise.isFinite, "noise is positive and finite, got \(noise)")
    self.noise = noise
  }

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    let noise = Model.Scalar(noise)
    let drawn = rows.tape.value(Tensor(normal: rows.shape, using: random))
    let noisy = rows + drawn * noise
    let slope = model.checkedEnergy(of: noisy, parameters).gradients(for: [noisy])[0]
    return (slope - drawn / noise).squared().sum(along: 1) * 0.5
  }
}

/// Denoising score matching at many strengths of the noise, with one energy that is told the strength.
///
///     L = E_σ E[½ |σ ∇E(x̃, σ) − ε|²],   x̃ = x + σ ε,   ε ~ N(0, I),   σ one of the levels
///
/// The loss of a level counts σ² times that of ``DenoisingScoreMatching``, so that all are of one size. Each
/// row draws its own level. Sample with `AnnealedLangevin`, from the strongest noise to the weakest.
///
/// Reference: Y. Song, S. Ermon, Generative modeling by estimating gradients of the data distribution,
/// NeurIPS 2019, arXiv:1907.05600, eq. 5–6 with λ(σ) = σ².
public struct NoiseConditionalScoreMatching<Model: NoiseConditionalEnergy>: LossEstimator {
  /// σ of the levels.
  public let noises: [Double]

  /// - Parameter noises: σ of the levels, each positive; at least one.
  public init(noises: [Double]) {
    precondition(
      !noises.isEmpty && noises.allSatisfy { $0 > 0 && $0.isFinite },
      "noise levels are positive and finite, at least one, got \(noises)")
    self.noises = noises
  }

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    let tape = rows.tape
    let places = Tensor<Double>(uniform: [rows.shape[0], 1], using: random, draw: 1)
    let levels = places.elements.map {
      noises[Swift.min(Int($0 * Double(noises.count)), noises.count - 1)]
    }
    let noise = tape.value(Tensor(shape: places.shape, elements: levels.map { Model.Scalar($0) }))
    let drawn = tape.value(Tensor(normal: rows.shape, using: random))
    let noisy = rows + drawn * noise
    let slope = model.energy(of: noisy, noise: noise, parameters).gradients(for: [noisy])[0]
    return (slope * noise - drawn).squared().sum(along: 1) * 0.5
  }
}
