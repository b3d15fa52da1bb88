public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
public import JouleTensor

/// A discriminative estimator, or a hybrid one, on rows (x, y) of which inputs are missing (NaN): it learns the likelihood of
/// labels given what is there, log p(y | x_given).
///
///     −∂ log p(y | x_given)/∂θ = E[−∂ log p(y | x)/∂θ] + E[∂E(x)/∂θ] − E[∂E(x′)/∂θ],
///     x_missing ~ p(x_missing | x_given, y),   x′_missing ~ p(x_missing | x_given),   E(x) = −log Σ_y exp(−E(x, y))
///
/// It is the difference of the gradients of log p(x_given, y) and of log p(x_given), each by Fisher's identity. The first term
/// is what the base makes of rows that are filled in as ``Imputed`` does it, the label being one of the given values; alone
/// it would be wrong, because the label that is to be predicted has had its part in the inputs. The two others
/// set that right. The chains of x and of x′ begin at the same values and draw by the same random numbers, so that they
/// differ where the label makes them: two independent ones would differ everywhere, and their noise drown the
/// difference. Rows that are complete have x′ = x, and the gradient of the base.
///
/// Reference: that of ``DiscriminativeGradient``, and D. Rubin, Inference and missing data, Biometrika 63 (1976).
public struct ImputedInputs<Base: GradientEstimator>: GradientEstimator
where Base.Model: DiscriminativeModel & LatentVariableModel {
  public typealias Model = Base.Model
  public typealias State = Imputed<Base>.State
  let imputed: Imputed<Base>

  /// - Parameters:
  ///   - base: of a loss in which the mean of −log p(y | x) over rows with labels has weight 1, as in
  ///     ``DiscriminativeGradient`` and ``HybridGradient``.
  ///   - steps: of either chain, at least 1.
  public init(_ base: Base, steps: Int = 5) { imputed = Imputed(base, steps: steps) }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State { imputed.makeState(for: model, data: statistics, key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let complete = imputed.filled(batch, by: model, step: step, state, on: workers)
    imputed.base.estimate(
      model, at: complete, step: step, state: &state.base, into: &gradient, on: workers)

    guard batch.containsNaN else { return }
    let labels = model.labels(of: batch)
    let width = batch.shape[1]
    let contrasted = labels.indices.filter { row in
      labels[row] != nil
        && batch.elements[row * width..<(row + 1) * width].contains { $0.isNaN }
    }
    if contrasted.isEmpty { return }
    let unlabelled = Tensor(
      concatenating: [
        model.inputs(of: batch), Tensor<Model.Scalar>(zeros: [batch.shape[0], model.classCount]),
      ], along: 1)
    let released = imputed.filled(unlabelled, by: model, step: step, state, on: workers)
    let rows = complete.rows(at: contrasted)
    let others = Tensor(
      concatenating: [
        model.inputs(of: released.rows(at: contrasted)),
        rows.columns(model.inputCount..<model.variableCount),
      ], along: 1)
    // ∂E(x) = ∂E(x, y) + ∂ log p(y | x), whichever the class.
    let share = 1 / Model.Scalar(labels.count { $0 != nil })
    model.accumulateGradient(
      of: [
        GradientTerm(model.complete(rows), weight: share),
        GradientTerm(model.complete(others), weight: -share),
      ], into: &gradient, scalingPreviousBy: 1, on: workers)
    for (rows, weight) in [(rows, -share), (others, share)] {
      model.accumulateConditionalGradient(
        at: rows, weight: weight, into: &gradient, scalingPreviousBy: 1, on: workers)
    }
  }
}

extension ImputedInputs: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    imputed.chainRows(model, of: state)
  }
}
