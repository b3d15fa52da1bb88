import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension RestrictedBoltzmannMachine: LatentVariableModel {
  /// p(hⱼ = 1 | v) = σ(cⱼ + (vᵀW)ⱼ) of every row, into `mean` `[batch, hidden]`.
  public func hiddenMean(given visible: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    formHiddenInput(of: visible, into: &mean)
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: hiddenBias.elements.span, columns: hiddenCount)
  }

  /// p(vᵢ = 1 | h) = σ(bᵢ + (Wh)ᵢ) of every row, into `mean` `[batch, visible]`.
  public func visibleMean(given hidden: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    formVisibleInput(of: hidden, into: &mean)
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: visibleBias.elements.span, columns: variableCount)
  }

  /// hⱼ = 1 with the probability that the rows hold as its mean.
  public func sampleHidden(
    of rows: LatentRows<Scalar>, using random: ChainRandom, into hidden: inout Tensor<Scalar>
  ) {
    VectorKernels.best.bernoulli(
      rows.hiddenMean.elements.span, columns: hiddenCount,
      random.address(purpose: DrawPurpose.hidden),
      into: hidden.elements.mutableSpan)
  }

  /// v drawn from p(v | h): product, bias, logistic and draw, the last three in one pass.
  public func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom, into visible: inout Tensor<Scalar>
  ) {
    formVisibleInput(of: hidden, into: &visible)
    VectorKernels.best.addBiasLogisticSample(
      visible.elements.mutableSpan, bias: visibleBias.elements.span, columns: variableCount,
      random.address(purpose: DrawPurpose.visible))
  }
}
