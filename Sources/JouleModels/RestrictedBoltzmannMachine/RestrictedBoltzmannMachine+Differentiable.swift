import JouleAlgebra
public import JouleCore
public import JouleTensor

extension RestrictedBoltzmannMachine: DifferentiableEnergy {
  /// The free energy continued to real visible rows, and its gradient.
  ///
  ///     F(v) = −bᵀv − Σⱼ softplus(cⱼ + (vᵀW)ⱼ),   ∂F/∂v = −b − W p(h = 1|v)
  ///
  /// - Parameters:
  ///   - rows: v, `[batch, visible]`.
  ///   - gradient: `[batch, visible]`, overwritten.
  /// - Returns: `[batch]`, in nats.
  /// - Complexity: two products of 2·n·m flops a row.
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    var hidden = hiddenInput(of: rows)
    let sums = softplusSums(of: hidden, bias: hiddenBias)
    VectorKernels.best.addBiasLogistic(
      hidden.elements.mutableSpan, bias: hiddenBias.elements.span, columns: hiddenCount)
    formVisibleInput(of: hidden, into: &gradient)
    gradient += visibleBias
    gradient.negate()
    return -(rows.matmul(visibleBias) + Tensor<Scalar>(sums))
  }
}
