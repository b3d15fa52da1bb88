import JouleAlgebra
import JouleCore
public import JouleRandom
public import JouleTensor

extension DeepBeliefNetwork {
  /// p(hˡ = 1 | h^{l+1}) of every row, `[batch, width l]`.
  public func generatedMean(ofLayer layer: Int, given above: Tensor<Scalar>) -> Tensor<Scalar> {
    logistic(
      above.matmul(generativeWeights(layer), transposingOther: true), generativeBias(layer))
  }

  /// q(h^{l+1} = 1 | hˡ) of every row, `[batch, width l + 1]`.
  public func recognizedMean(ofLayer layer: Int, given below: Tensor<Scalar>) -> Tensor<Scalar> {
    logistic(below.matmul(recognitionWeights(layer - 1)), recognitionBias(layer - 1))
  }

  /// Draws up from data: v, h¹, …, h^{L−1}, the last of them the top machine's visible layer.
  ///
  /// - Parameters:
  ///   - rows: v, `[batch, variables]`.
  ///   - random: addresses the first row.
  public func recognized(_ rows: Tensor<Scalar>, using random: ChainRandom) -> [Tensor<Scalar>] {
    var states = [rows]
    for layer in 0..<directedCount {
      let mean = recognizedMean(ofLayer: layer + 1, given: states[layer])
      states.append(draw(mean, random.folded(layer), DrawPurpose.hidden))
    }
    return states
  }

  /// Draws down from the top machine's visible layer: v, h¹, …, h^{L−1}.
  ///
  /// - Parameter topVisible: h^{L−1}, `[batch, width L − 1]`.
  public func generated(
    from topVisible: Tensor<Scalar>, using random: ChainRandom
  ) -> [Tensor<Scalar>] {
    var states = [topVisible]
    for layer in stride(from: directedCount - 1, through: 0, by: -1) {
      let mean = generatedMean(ofLayer: layer, given: states[0])
      states.insert(draw(mean, random.folded(layer), DrawPurpose.visible), at: 0)
    }
    return states
  }

  /// Rows of data drawn from given states of the top machine's visible layer, or the means that they
  /// are drawn with, `[batch, variables]`.
  public func dataRows(
    from topVisible: Tensor<Scalar>, asMeans: Bool = false, using random: ChainRandom
  ) -> Tensor<Scalar> {
    let states = generated(from: topVisible, using: random)
    return asMeans && directedCount > 0
      ? generatedMean(ofLayer: 0, given: states[1]) : states[0]
  }

  private func logistic(_ input: Tensor<Scalar>, _ bias: Tensor<Scalar>) -> Tensor<Scalar> {
    var mean = input
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: bias.elements.span, columns: bias.count)
    return mean
  }

  func draw(
    _ mean: Tensor<Scalar>, _ random: ChainRandom, _ purpose: UInt32
  ) -> Tensor<Scalar> {
    var states = mean
    VectorKernels.best.bernoulliInPlace(
      states.elements.mutableSpan, columns: mean.shape[1], random.address(purpose: purpose))
    return states
  }
}
