public import JouleCore
public import JouleRandom
public import JouleTensor

/// Block Gibbs sampling of some visible variables, the others held at given values: the conditional
/// distribution p(free | fixed), as in image restoration.
public struct ClampedBlockGibbs<Model: LatentVariableModel>: TransitionKernel {
  let base: BlockGibbs<Model>
  /// 1 where a variable is free, `[chains, variables]`.
  let free: Tensor<Model.Scalar>
  /// The values of fixed variables, 0 where free, `[chains, variables]`.
  let fixed: Tensor<Model.Scalar>

  /// - Parameters:
  ///   - values: `[chains, variables]`; NaN marks a variable that is free.
  public init(_ model: Model, values: Tensor<Model.Scalar>) {
    model.requireRows(values)
    base = BlockGibbs(model)
    let marks = values.elements.map { $0.isNaN ? Model.Scalar(1) : 0 }
    free = Tensor(shape: values.shape, elements: marks)
    fixed = Tensor(shape: values.shape, elements: values.elements.map { $0.isNaN ? 0 : $0 })
  }

  public typealias State = BlockGibbs<Model>.State

  /// Chains at given rows, the fixed variables at their values.
  public func makeState(at rows: Tensor<Model.Scalar>) -> State {
    precondition(
      rows.shape == fixed.shape, "chains have shape \(rows.shape), clamped rows \(fixed.shape)")
    return base.makeState(at: rows * free + fixed)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> PlainTransition {
    let model = base.model
    model.sampleHidden(of: state.rows, using: random, into: &state.hidden)
    model.sampleVisible(given: state.hidden, using: random, into: &state.rows.visible)
    state.rows.visible *= free
    state.rows.visible += fixed
    model.formHidden(of: &state.rows)
    return PlainTransition()
  }

  public func position(of state: State) -> Tensor<Model.Scalar> { state.rows.visible }

  /// E[v | h] of a hidden draw, the fixed variables at their values: a smoother picture of where the
  /// chains are.
  public func visibleMean(of state: State) -> Tensor<Model.Scalar> {
    base.model.visibleMean(given: state.rows.hiddenMean) * free + fixed
  }
}
