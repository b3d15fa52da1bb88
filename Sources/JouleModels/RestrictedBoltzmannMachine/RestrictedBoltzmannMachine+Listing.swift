public import JouleCore
public import JouleRandom
public import JouleTensor

extension RestrictedBoltzmannMachine: ListedModel {
  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    Tensor.listing(Array(repeating: [[0], [1]], count: variableCount), atMost: count)
  }

  public func submodel(units: Int, using key: RandomKey) -> RestrictedBoltzmannMachine {
    var stream = RandomStream(key: key)
    let visible = stream.permutation(count: variableCount).prefix(units).sorted()
    let hidden = stream.permutation(count: hiddenCount).prefix(units).sorted()
    return RestrictedBoltzmannMachine(
      weights: weights.rows(at: visible).transposed().rows(at: hidden).transposed(),
      visibleBias: visibleBias.rows(at: visible), hiddenBias: hiddenBias.rows(at: hidden))
  }
}
