public import JouleAutodiff
public import JouleTensor

/// An energy together with a network that learns to draw rows of low energy: a sampler of its own.
///
/// Both networks' parameters are the model's; those of the generator are the ones whose names begin with
/// `generator.`, and the energy does not depend on them.
public protocol GeneratedEnergy: EnergyExpression {
  /// How many numbers a row is made from.
  var latentCount: Int { get }

  /// G(z): a row for every latent row.
  ///
  /// - Parameter latents: `[batch, latents]`, standard normal when rows are drawn.
  /// - Returns: `[batch, variables]`.
  func generated(
    from latents: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>

  /// What the energy makes of rows on its way, `[batch, features]`: where generated rows are to differ.
  func features(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>
}

extension GeneratedEnergy {
  /// Whether a parameter is the generator's.
  public static func isGenerators(_ name: String) -> Bool { name.hasPrefix("generator.") }

  /// G(z) of every latent row.
  public func generated(from latents: Tensor<Scalar>) -> Tensor<Scalar> {
    workspace.withTape { tape in
      generated(from: tape.value(latents), ParameterValues(parameters, on: tape)).tensor
    }
  }
}
