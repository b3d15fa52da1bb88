import JouleAlgebra
import JouleTensor

// The two products that everything here is made of, in one place.
extension RestrictedBoltzmannMachine {
  /// vᵀW of every row, `[batch, hidden]`.
  func hiddenInput(of visible: Tensor<Scalar>) -> Tensor<Scalar> {
    var input = Tensor<Scalar>(zeros: [visible.shape[0], hiddenCount])
    formHiddenInput(of: visible, into: &input)
    return input
  }

  /// Wh of every row, `[batch, visible]`.
  func visibleInput(of hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    var input = Tensor<Scalar>(zeros: [hidden.shape[0], variableCount])
    formVisibleInput(of: hidden, into: &input)
    return input
  }

  /// vᵀW of every row into `input`, `[batch, hidden]`.
  func formHiddenInput(of visible: Tensor<Scalar>, into input: inout Tensor<Scalar>) {
    form(visible, .none, into: &input)
  }

  /// Wh of every row into `input`, `[batch, visible]`.
  func formVisibleInput(of hidden: Tensor<Scalar>, into input: inout Tensor<Scalar>) {
    form(hidden, .transposed, into: &input)
  }

  /// Rows times W or Wᵀ: states of 0 and 1 by tables of partial sums, means by gemm.
  private func form(
    _ rows: Tensor<Scalar>, _ transpose: Transpose, into input: inout Tensor<Scalar>
  ) {
    rows.multiplyStates(by: weights, transpose, into: &input)
  }
}
