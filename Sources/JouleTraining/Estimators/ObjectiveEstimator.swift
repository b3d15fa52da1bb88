public import JouleAlgebra
public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A gradient estimator that descends a function it can evaluate: with the same draws the gradient that it
/// gives is that function's.
public protocol ObjectiveEstimator: GradientEstimator {
  /// L at a batch, with the draws of a step.
  ///
  /// - Returns: the mean over the rows; its unit is the estimator's own.
  func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: State, on workers: Workers
  ) -> Double
}

/// An objective that is a mean of losses of rows, each written over values as energies are: its gradient in
/// the parameters comes by differentiating it, whatever derivatives in x it is made of.
public protocol LossEstimator: ObjectiveEstimator where State == DrawKey {
  /// The loss of every row.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, a piece of the batch.
  ///   - parameters: the model's, on the tape of the rows.
  ///   - random: addresses the first of the rows.
  /// - Returns: `[batch]`.
  func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar>

  /// The memory that evaluations use again: by default the model's own, where its energy is written over values.
  func workspace(for model: Model) -> Workspace<Model.Scalar>
}

extension LossEstimator where Model: EnergyExpression {
  public func workspace(for model: Model) -> Workspace<Model.Scalar> { model.workspace }
}

/// The state of an estimator of which nothing survives a step: draws come from the key and the step.
public struct DrawKey: Sendable, Archivable {
  /// What every draw descends from.
  public let key: RandomKey

  public init(_ key: RandomKey) { self.key = key }

  public func archive(into archive: inout Archive, prefix: String) {}
  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
}

extension GradientEstimator where State == DrawKey {
  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> DrawKey { DrawKey(key) }
}

extension LossEstimator {
  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let random = ChainRandom(key: state.key, step: step)
    model.accumulateGradient(
      ofMeanOver: batch.shape[0], in: workspace(for: model), into: &gradient, on: workers
    ) { rows, tape, parameters in
      losses(
        model, at: tape.value(batch.rows(rows)), parameters,
        using: random.advanced(by: rows.lowerBound))
    }
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    let random = ChainRandom(key: state.key, step: step)
    return model.mean(over: batch.shape[0], in: workspace(for: model), on: workers) {
      rows, tape, parameters in
      losses(
        model, at: tape.value(batch.rows(rows)), parameters,
        using: random.advanced(by: rows.lowerBound))
    }
  }
}

extension ParametricEnergy {
  /// Losses of some rows of a batch, `[rows.count]`, on a tape.
  typealias Losses =
    @Sendable (
      _ rows: Range<Int>, _ tape: Tape<Scalar>, _ parameters: ParameterValues<Scalar>
    ) -> Value<Scalar>

  /// gradient ← ∂/∂θ of the mean of losses.
  func accumulateGradient(
    ofMeanOver count: Int, in workspace: Workspace<Scalar>,
    into gradient: inout ParameterSet<Scalar>, on workers: Workers, _ losses: Losses
  ) {
    var pieces = RowPieces.ranges(count).map { (rows: $0, gradients: [Tensor<Scalar>]()) }
    workers.mutateEach(&pieces) { _, piece in
      piece.gradients = workspace.withTape { tape in
        let values = ParameterValues(parameters, on: tape)
        let weights = Tensor([piece.rows.count], repeating: 1 / Scalar(count))
        return losses(piece.rows, tape, values)
          .gradientTensors(for: values.values, weights: weights)
      }
    }
    gradient.accumulate(pieces.map(\.gradients), scalingPreviousBy: 0, on: workers)
  }

  /// The mean of losses, summed in Double.
  func mean(
    over count: Int, in workspace: Workspace<Scalar>, on workers: Workers, _ losses: Losses
  ) -> Double {
    var pieces = RowPieces.ranges(count).map { (rows: $0, sum: 0.0) }
    workers.mutateEach(&pieces) { _, piece in
      piece.sum = workspace.withTape { tape in
        Tensor<Double>(losses(piece.rows, tape, ParameterValues(parameters, on: tape)).tensor).sum()
      }
    }
    return pieces.reduce(0) { $0 + $1.sum } / Double(count)
  }
}
