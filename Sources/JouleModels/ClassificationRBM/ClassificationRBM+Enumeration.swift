public import JouleCore
import JouleTensor

extension ClassificationRBM: EnumerableModel {
  /// The hidden units are enumerated, inputs and classes summed out in closed form.
  public var enumeratedBitCount: Int { hiddenCount }

  /// log Σ_xy exp(−E(x, y, h)) = cᵀh + Σᵢ softplus(bᵢ + (Wh)ᵢ) + log Σ_y exp(d_y + (Uh)_y).
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    if states.isEmpty { return [] }
    let model = ClassificationRBM<Double>(self)
    let hidden = RestrictedBoltzmannMachine<Double>.bits(of: states, count: hiddenCount)
    let input = model.machine.visibleInput(of: hidden)
    let sums = model.machine.softplusSums(
      of: input.columns(0..<inputCount), bias: model.visibleBias)
    let classes = (input.columns(inputCount..<variableCount) + model.labelBias)
      .logSumExp(along: 1)
    return (hidden.matmul(model.hiddenBias) + sums + classes).elements
  }

  /// Rows (E[x, y | h], h); see `EnumerableModel`.
  public func enumeratedCompletion(_ states: Range<Int>) -> LatentRows<Scalar> {
    let hidden = RestrictedBoltzmannMachine<Scalar>.bits(of: states, count: hiddenCount)
    return LatentRows(visible: visibleMean(given: hidden), hiddenMean: hidden)
  }
}
