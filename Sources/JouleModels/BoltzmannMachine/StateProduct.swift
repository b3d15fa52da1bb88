import JouleAlgebra
import JouleTensor

extension Tensor {
  /// destination ← self · op(weights) + accumulate · destination: states of 0 and 1 by tables of partial sums,
  /// other rows by gemm.
  ///
  /// - Precondition: self is `[batch, k]`, op(weights) `[k, n]`, the destination `[batch, n]`.
  func multiplyStates(
    by weights: Tensor, _ transpose: Transpose, accumulate: Scalar = 0,
    into destination: inout Tensor
  ) {
    let (depth, width) =
      transpose == .none
      ? (weights.shape[0], weights.shape[1]) : (weights.shape[1], weights.shape[0])
    precondition(
      rank == 2 && shape[1] == depth && destination.shape == [shape[0], width],
      "rows of shape \(shape) into \(destination.shape): weights are \(weights.shape)")
    guard let bits = BitMatrix(elements.span, rows: shape[0], columns: depth) else {
      Tensor.multiply(
        self, .none, weights, transpose, accumulate: accumulate, into: &destination)
      return
    }
    bits.multiply(
      by: weights.elements.span, transpose, columns: width, beta: accumulate,
      into: destination.elements.mutableSpan)
  }
}
