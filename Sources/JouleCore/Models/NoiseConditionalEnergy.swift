public import JouleAutodiff
import JouleTensor

/// One energy for data under noise of every strength.
///
///     p(x; σ) ∝ exp(−E(x, σ; θ)) is to be the density of x₀ + σ ε,   x₀ from the data, ε ~ N(0, I)
///
/// As an energy of its rows alone it stands at the strength ``noise``; a copy at another strength is another
/// point of the path from noise to data: `model.at(noise: 0.1)`.
///
/// Reference: Y. Song, S. Ermon, Generative modeling by estimating gradients of the data distribution,
/// NeurIPS 2019, arXiv:1907.05600, §4.1.
public protocol NoiseConditionalEnergy: EnergyExpression {
  /// E(x, σ; θ) of every row.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - noise: σ > 0 of every row, `[batch, 1]`.
  ///   - parameters: the values of `parameters`, by name.
  /// - Returns: `[batch]`, in nats.
  func energy(
    of rows: Value<Scalar>, noise: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>

  /// σ, where the model stands as an energy of its rows.
  var noise: Scalar { get set }
}

extension NoiseConditionalEnergy {
  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let level = Tensor<Scalar>([rows.shape[0], 1], repeating: noise)
    return energy(of: rows, noise: rows.tape.value(level), parameters)
  }

  /// The model at another strength of the noise.
  public func at(noise: Scalar) -> Self {
    var copy = self
    copy.noise = noise
    return copy
  }
}
