public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// The exact gradient for one or two variables: the model's term as a sum over a grid.
///
///     ∂L/∂θ = E_batch[∂E/∂θ] − Σ_g p_g ∂E(x_g)/∂θ,   p_g ∝ e^{−E(x_g)}
///
/// Two passes over the grid's points an update. It is the gradient of the likelihood under the model cut to the
/// grid's box: look at `GridNormalization` of what was learnt before its figures are believed. Where an energy
/// is NaN the gradient is NaN, which the trainer reports.
public struct GridGradient<Model: ParametricEnergy>: ObjectiveEstimator {
  public let grid: Grid<Model.Scalar>

  /// - Parameter grid: of as many variables as the model.
  public init(on grid: Grid<Model.Scalar>) { self.grid = grid }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    guard let exact = try? GridNormalization(of: model, on: grid, on: workers) else {
      for index in gradient.entries.indices { gradient.entries[index].value.fill(.nan) }
      return
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    let data = RowPieces.ranges(batch.shape[0]).map {
      GradientTerm<Model>(model.complete(batch.rows($0)), weight: weight)
    }
    let points = grid.blocks.map { block in
      GradientTerm<Model>(
        model.complete(grid.rows(block)), weight: -1,
        rowWeights: Tensor(exact.probabilities[block].map { Model.Scalar($0) }))
    }
    model.accumulateGradient(of: data + points, into: &gradient, scalingPreviousBy: 0, on: workers)
  }

  /// The mean negative log-likelihood, in nats; NaN where an energy on the grid is.
  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    guard let exact = try? GridNormalization(of: model, on: grid, on: workers) else { return .nan }
    return Tensor<Double>(model.energy(of: batch)).mean() + exact.logPartition
  }
}
