public import JouleAlgebra
public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Trains an energy and its generator against each other, as an energy-based generative adversarial network.
///
///     L_D = E_data[E(x)] + E_z[ [m − E(G(z))]⁺ ]      falls in the energy's parameters
///     L_G = E_z[E(G(z))] + λ PT                        falls in the generator's
///     PT = 1/(N (N − 1)) Σᵢ Σ_{j≠i} (sᵢ·sⱼ / |sᵢ| |sⱼ|)²,   s = features of G(z)
///
/// The first is contrastive divergence whose chains are replaced by a sampler that is learnt:
///
///     ∂L_D/∂θ = E_data[∂E/∂θ] − E_{G, E < m}[∂E/∂θ]
///
/// and the margin says when a generated row is high enough to be left alone. The estimate holds
/// both gradients, each at its own parameters, so one optimizer moves both networks at once.
///
/// Reference: J. Zhao, M. Mathieu, Y. LeCun, Energy-based generative adversarial networks, ICLR 2017,
/// eq. 1, 2 and 4; there the two networks take turns.
public struct AdversarialContrast<Model: GeneratedEnergy>: GradientEstimator {
  /// m.
  public let margin: Model.Scalar
  /// λ.
  public let pullingAway: Model.Scalar

  /// - Precondition: the margin is positive, λ is not negative, both are finite.
  public init(margin: Model.Scalar, pullingAway: Model.Scalar = 0) {
    precondition(
      margin > 0 && margin.isFinite && pullingAway >= 0 && pullingAway.isFinite,
      "a positive margin and a weight that is not negative, got \(margin) and \(pullingAway)")
    self.margin = margin
    self.pullingAway = pullingAway
  }

  /// Nothing survives a step; draws come from the key and the step.
  public struct State: Sendable, Archivable {
    let key: RandomKey

    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State { State(key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let count = batch.shape[0]
    let latents = Tensor<Model.Scalar>(
      normal: [count, model.latentCount], using: ChainRandom(key: state.key, step: step))
    let half = generatorHalf(model, from: latents)
    let weight = 1 / Model.Scalar(count)
    // One where the energy is below the margin.
    var isLow = margin - half.energy
    isLow.formThreshold(above: 0)
    let ranges = RowPieces.ranges(count)
    let terms =
      ranges.map { GradientTerm<Model>(model.complete(batch.rows($0)), weight: weight) }
      + ranges.map {
        GradientTerm<Model>(
          model.complete(half.rows.rows($0)), weight: -weight,
          rowWeights: isLow.reshaped(to: [count, 1]).rows($0).reshaped(to: [$0.count]))
      }
    model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: 0, on: workers)
    for (index, entry) in model.parameters.entries.enumerated()
    where Model.isGenerators(entry.name) {
      gradient.entries[index].value = half.gradient[index]
    }
  }

  /// Generated rows, their energies, and ∂L_G/∂θ in the order of the parameters.
  private func generatorHalf(
    _ model: Model, from latents: Tensor<Model.Scalar>
  ) -> (
    rows: Tensor<Model.Scalar>, energy: Tensor<Model.Scalar>, gradient: [Tensor<Model.Scalar>]
  ) {
    model.workspace.withTape { tape in
      let parameters = ParameterValues(model.parameters, on: tape)
      let rows = model.generated(from: tape.value(latents), parameters)
      let energy = model.checkedEnergy(of: rows, parameters)
      var loss = energy.mean()
      if pullingAway > 0 {
        loss = loss + Self.pullingAway(of: model.features(of: rows, parameters)) * pullingAway
      }
      return (rows.tensor, energy.tensor, loss.gradientTensors(for: parameters.values))
    }
  }

  /// The mean squared cosine between different rows: zero where all are orthogonal.
  ///
  ///     1/(N (N − 1)) Σᵢ Σ_{j≠i} (sᵢ·sⱼ / |sᵢ| |sⱼ|)²
  ///
  /// - Parameter features: s, `[rows, features]`, at least two rows, none of them zero.
  public static func pullingAway(of features: Value<Model.Scalar>) -> Value<Model.Scalar> {
    let count = features.shape[0]
    precondition(count > 1, "rows are pulled away from each other: one batch holds \(count)")
    let directions = features / features.squared().sum(along: 1, keepingAxis: true).sqrt()
    let cosines = directions.matmul(directions, transposingOther: true)
    let others = 1 - Tensor<Model.Scalar>.identity(count)
    return (cosines.squared() * features.tape.value(others)).sum()
      / Model.Scalar(count * (count - 1))
  }
}
