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
    visible.multiplyStates(by: weights, .none, into: &input)
  }

  /// Wh of every row into `input`, `[batch, visible]`.
  func formVisibleInput(of hidden: Tensor<Scalar>, into input: inout Tensor<Scalar>) {
    hidden.multiplyStates(by: weights, .transposed, into: &input)
  }
}
