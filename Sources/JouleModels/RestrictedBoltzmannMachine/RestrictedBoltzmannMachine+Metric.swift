public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: StandardizableModel {
  /// 4 m (1 − m) of the bits of both layers; see `StandardizableModel`.
  public func relativeVariances(
    ofMeans offsets: CenteringOffsets<Scalar>
  ) -> CenteringOffsets<Scalar> {
    CenteringOffsets(
      visible: offsets.visible * (1 - offsets.visible) * 4,
      hidden: offsets.hidden * (1 - offsets.hidden) * 4)
  }

  /// See `StandardizableModel`.
  ///
  /// - Complexity: four passes over the weights.
  public func center(
    _ gradient: inout ParameterSet<Scalar>, offsets: CenteringOffsets<Scalar>
  ) {
    let (visible, hidden) = (gradient.entries[1].value, gradient.entries[2].value)
    func outer(_ column: Tensor<Scalar>, _ row: Tensor<Scalar>) -> Tensor<Scalar> {
      column.reshaped(to: [variableCount, 1]).matmul(row.reshaped(to: [1, hiddenCount]))
    }
    let weights =
      gradient.entries[0].value - outer(visible, offsets.hidden) - outer(offsets.visible, hidden)
    gradient.entries[0].value = weights
    gradient.entries[1].value = visible - weights.matmul(offsets.hidden)
    gradient.entries[2].value = hidden - weights.transposed().matmul(offsets.visible)
  }

  /// See `StandardizableModel`: Δv and Δh are had back from the centred biases, ∂b + ∂W λ and ∂c + ∂Wᵀ μ.
  ///
  /// - Complexity: four passes over the weights.
  public func standardize(
    _ gradient: inout ParameterSet<Scalar>, offsets: CenteringOffsets<Scalar>,
    variances: CenteringOffsets<Scalar>
  ) {
    let centred = gradient.entries[0].value
    let visible = gradient.entries[1].value + centred.matmul(offsets.hidden)
    let hidden = gradient.entries[2].value + centred.transposed().matmul(offsets.visible)
    let weights =
      centred / variances.visible.reshaped(to: [variableCount, 1]) / variances.hidden
    gradient.entries[0].value = weights
    gradient.entries[1].value = visible / variances.visible - weights.matmul(offsets.hidden)
    gradient.entries[2].value =
      hidden / variances.hidden - weights.transposed().matmul(offsets.visible)
  }
}
