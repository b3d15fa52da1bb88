public import JouleAlgebra
public import JouleCore
import JouleRandom
public import JouleTensor
import RealModule

/// Noise-contrastive estimation: the model learns to tell data from noise whose density is known.
///
///     L = −(1/N) (Σ log h(x) + Σ log(1 − h(y))),   ν noise rows y a data row x
///     h(u) = 1 / (1 + ν e^{−G(u)}),   G(u) = −E(u) − log p_noise(u)
///     ∂L/∂θ = (1/N) (Σ (1 − h(x)) ∂E(x)/∂θ − Σ h(y) ∂E(y)/∂θ)
///
/// −E stands for log p, constant included: the energy has to be able to shift by a constant, which then is
/// learnt as log Z. Wrap a model that cannot in `SelfNormalized`. Good noise is like the data.
///
/// Reference: M. Gutmann, A. Hyvärinen, Noise-contrastive estimation of unnormalized statistical models, with
/// applications to natural image statistics, JMLR 13 (2012), §2.2, eq. 4–8.
public struct NoiseContrastiveEstimation<
  Model: ParametricEnergy, Noise: TractableDistribution
>: ObjectiveEstimator where Noise.Scalar == Model.Scalar {
  public let noise: Noise
  /// ν.
  public let ratio: Int

  /// - Parameter ratio: ν, noise rows a row of data, at least 1.
  public init(noise: Noise, ratio: Int = 1) {
    precondition(ratio > 0, "there is at least 1 row of noise a row of data, got \(ratio)")
    self.noise = noise
    self.ratio = ratio
  }

  /// Rows of data with rows of noise, and log((1 − h) / h) at both.
  private struct Piece: Sendable {
    let rows: Range<Int>
    var data: (rows: Tensor<Model.Scalar>, logits: [Double])
    var noise: (rows: Tensor<Model.Scalar>, logits: [Double])
  }

  private func pieces(
    _ model: Model, at batch: Tensor<Model.Scalar>, using random: ChainRandom, on workers: Workers
  ) -> [Piece] {
    let none = Tensor<Model.Scalar>(zeros: [0, model.variableCount])
    var pieces = RowPieces.ranges(batch.shape[0]).map {
      Piece(rows: $0, data: (none, []), noise: (none, []))
    }
    workers.mutateEach(&pieces) { _, piece in
      let first = random.advanced(by: ratio * piece.rows.lowerBound)
      piece.data.rows = batch.rows(piece.rows)
      piece.noise.rows = noise.sample(count: ratio * piece.rows.count, using: first)
      piece.data.logits = logits(model, at: piece.data.rows)
      piece.noise.logits = logits(model, at: piece.noise.rows)
    }
    return pieces
  }

  /// log((1 − h) / h) = E(u) + log p_noise(u) + log ν.
  private func logits(_ model: Model, at rows: Tensor<Model.Scalar>) -> [Double] {
    let constant = Double.log(Double(ratio))
    let energies = Tensor<Double>(model.energy(of: rows))
    return (energies + noise.logDensity(of: rows) + constant).elements
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let random = ChainRandom(key: state.key, step: step)
    let weight = 1 / Model.Scalar(batch.shape[0])
    func factors(_ logits: [Double]) -> Tensor<Model.Scalar> {
      Tensor<Model.Scalar>(Tensor(logits).logistic())
    }
    let terms = pieces(model, at: batch, using: random, on: workers).flatMap { piece in
      [
        GradientTerm<Model>(
          model.complete(piece.data.rows), weight: weight, rowWeights: factors(piece.data.logits)),
        GradientTerm<Model>(
          model.complete(piece.noise.rows), weight: -weight,
          rowWeights: factors(piece.noise.logits.map { -$0 })),
      ]
    }
    model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: 0, on: workers)
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    let random = ChainRandom(key: state.key, step: step)
    let sum = pieces(model, at: batch, using: random, on: workers).reduce(0.0) { sum, piece in
      sum + Tensor(piece.data.logits).softplus().sum()
        + Tensor(piece.noise.logits.map { -$0 }).softplus().sum()
    }
    return sum / Double(batch.shape[0])
  }
}
