import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension ClassificationRBM: LatentVariableModel {
  /// E(x, y, h) of paired rows.
  public func jointEnergy(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    machine.jointEnergy(visible: visible, hidden: hidden)
  }

  /// p(hⱼ = 1 | x, y) = σ(cⱼ + (xᵀW)ⱼ + u_yⱼ).
  public func hiddenMean(given visible: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    machine.hiddenMean(given: visible, into: &mean)
  }

  /// hⱼ = 1 with the probability that the rows hold as its mean.
  public func sampleHidden(
    of rows: LatentRows<Scalar>, using random: ChainRandom, into hidden: inout Tensor<Scalar>
  ) {
    machine.sampleHidden(of: rows, using: random, into: &hidden)
  }

  /// p(xᵢ = 1 | h) = σ(bᵢ + (Wh)ᵢ) and p(y | h) ∝ exp(d_y + (Uh)_y).
  public func visibleMean(given hidden: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    machine.formVisibleInput(of: hidden, into: &mean)
    let classes = classProbabilities(ofVisibleInput: mean)
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: machine.visibleBias.elements.span, columns: variableCount)
    LabelColumns.assign(classes, to: &mean)
  }

  /// x and y drawn from p(x | h) p(y | h): a bit each for the inputs, one class.
  public func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom, into visible: inout Tensor<Scalar>
  ) {
    machine.formVisibleInput(of: hidden, into: &visible)
    let classes = classProbabilities(ofVisibleInput: visible)
    VectorKernels.best.addBiasLogisticSample(
      visible.elements.mutableSpan, bias: machine.visibleBias.elements.span,
      columns: variableCount, random.address(purpose: DrawPurpose.visible))
    LabelColumns.assign(classes.drawnClasses(using: random), to: &visible)
  }

  /// Softmax of d + Uh, `[batch, classes]`, from the visible units' inputs.
  private func classProbabilities(ofVisibleInput input: Tensor<Scalar>) -> Tensor<Scalar> {
    var exponents = input.columns(inputCount..<variableCount) + labelBias
    exponents -= exponents.max(along: 1, keepingAxis: true)
    exponents.formExp()
    exponents /= exponents.sum(along: 1, keepingAxis: true)
    return exponents
  }
}

/// The last columns of rows (x, y).
private enum LabelColumns {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func assign<Scalar: TensorScalar>(_ labels: Tensor<Scalar>, to rows: inout Tensor<Scalar>)
  {
    let (width, classCount) = (rows.shape[1], labels.shape[1])
    for row in 0..<rows.shape[0] {
      for label in 0..<classCount {
        rows.elements[(row + 1) * width - classCount + label] =
          labels.elements[row * classCount + label]
      }
    }
  }
}
