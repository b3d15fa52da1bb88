public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The gradient of a loss of energies over answers: how conditional energies E(x, y) are trained to decide.
///
///     ∂L/∂θ = (1/N) Σᵢ Σ_y ∂ℓ/∂E(xᵢ, y) · ∂E(xᵢ, y)/∂θ
///
/// A row is (x, y), the answer in its last columns. Like all gradients here it is a weighted sum of ∂E/∂θ
/// over rows: the loss supplies the weights, so any model will do. Rows whose weight is 0 are left out.
///
///     let estimator = LossGradient<Classifier>(.hinge(margin: 1), over: .classes(10))
public struct LossGradient<Model: ParametricEnergy>: ObjectiveEstimator {
  public typealias State = DrawKey

  public let loss: EnergyLoss
  public let answers: Answers<Model.Scalar>

  public init(_ loss: EnergyLoss, over answers: Answers<Model.Scalar>) {
    self.loss = loss
    self.answers = answers
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> DrawKey {
    precondition(
      answers.width < model.variableCount,
      "answers of \(answers.width) columns leave no input of the model's \(model.variableCount)")
    return DrawKey(key)
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let candidates = answers.candidates(
      for: batch, using: ChainRandom(key: state.key, step: step))
    let slopes = values(of: candidates, model, on: workers).gradient.elements
    let picked = slopes.indices.filter { slopes[$0] != 0 }
    let rows = candidates.rows.rows(at: picked)
    let weights = Tensor(picked.map { slopes[$0] })
    let weight = 1 / Model.Scalar(batch.shape[0])
    model.accumulateGradient(
      of: RowPieces.ranges(picked.count).map { range in
        GradientTerm(
          model.complete(rows.rows(range)), weight: weight,
          rowWeights: Tensor(Array(weights.elements[range])))
      }, into: &gradient, scalingPreviousBy: 0, on: workers)
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    meanLoss(of: model, at: batch, using: ChainRandom(key: state.key, step: step), on: workers)
  }

  /// The mean loss over rows (x, y).
  ///
  /// - Parameter random: what answers that are drawn are drawn with.
  public func meanLoss(
    of model: Model, at rows: Tensor<Model.Scalar>,
    using random: ChainRandom = ChainRandom(key: RandomKey(seed: 0)), on workers: Workers = .single
  ) -> Double {
    let losses = values(
      of: answers.candidates(for: rows, using: random), model, on: workers
    ).losses
    return Tensor<Double>(losses).mean()
  }

  private func values(
    of candidates: Candidates<Model.Scalar>, _ model: Model, on workers: Workers
  ) -> LossValues<Model.Scalar> {
    let rows = candidates.rows
    var pieces = RowPieces.ranges(rows.shape[0]).map { range in
      (range: range, energies: [Model.Scalar]())
    }
    workers.mutateEach(&pieces) { _, piece in
      piece.energies = model.energy(of: rows.rows(piece.range)).elements
    }
    return loss.values(
      of: Tensor(
        shape: [candidates.correct.count, candidates.count],
        elements: pieces.flatMap(\.energies)),
      correct: candidates.correct, isIncorrect: candidates.isIncorrect,
      logMeasures: candidates.logMeasures)
  }
}
