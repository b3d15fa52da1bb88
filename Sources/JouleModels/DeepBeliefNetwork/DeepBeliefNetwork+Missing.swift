import JouleCore
public import JouleRandom
public import JouleTensor

extension DeepBeliefNetwork {
  /// Rows of which the missing bits (NaN) are drawn, the given ones held, by passes up and down between the data and the layer
  /// above it.
  ///
  ///     h¹ ~ q(h¹ | v),   v_missing ~ p(v_missing | h¹)
  ///
  /// Where recognition is exact that is Gibbs sampling of p(v_missing, h¹ | v_given). Elsewhere it is near to it, and any
  /// values make a valid bound; see ``evidence(of:using:)``. Missing bits begin at their means without a layer above; rows that are
  /// complete stay as they are.
  ///
  /// - Parameters:
  ///   - rows: v, `[batch, variables]`.
  ///   - rounds: of passes, at least 1.
  ///   - random: addresses the first row.
  /// - Precondition: there is a directed layer; a network of one machine alone has that machine to fill in rows.
  ///
  /// Reference: D. Rezende, S. Mohamed, D. Wierstra, Stochastic backpropagation and approximate inference in deep generative
  /// models, ICML 2014, appendix F.
  public func filled(
    _ rows: Tensor<Scalar>, rounds: Int = 5, using random: ChainRandom
  ) -> Tensor<Scalar> {
    guard rows.containsNaN else { return rows }
    precondition(directedCount > 0, "missing bits are drawn from a layer above, and there is none")
    precondition(rounds > 0, "missing bits are drawn by at least 1 round, got \(rounds)")
    let none = Tensor<Scalar>(zeros: [rows.shape[0], generativeWeights(0).shape[1]])
    var complete = rows.completed(by: generatedMean(ofLayer: 0, given: none))
    for round in 0..<rounds {
      let draws = ChainRandom(
        key: random.key.folded("missing").folded(UInt64(round)), firstChain: random.firstChain,
        step: random.step)
      let above = draw(recognizedMean(ofLayer: 1, given: complete), draws, DrawPurpose.hidden)
      complete = rows.completed(
        by: draw(generatedMean(ofLayer: 0, given: above), draws, DrawPurpose.visible))
    }
    return complete
  }

  /// Draws up from data of which bits may be missing: recognition sees them filled in; they themselves are then their means
  /// given h¹, from which what generates has nothing to learn.
  func awake(
    _ rows: Tensor<Scalar>, rounds: Int = 5, using random: ChainRandom
  ) -> [Tensor<Scalar>] {
    var states = recognized(filled(rows, rounds: rounds, using: random), using: random)
    if rows.containsNaN {
      states[0] = rows.completed(by: generatedMean(ofLayer: 0, given: states[1]))
    }
    return states
  }
}

extension Tensor {
  /// Other values in the place of those that are missing.
  func completed(by others: Tensor) -> Tensor {
    Tensor(shape: shape, elements: zip(elements, others.elements).map { $0.isNaN ? $1 : $0 })
  }

  /// 1 where a value is missing, 0 elsewhere.
  var missingMarks: Tensor { Tensor(shape: shape, elements: elements.map { $0.isNaN ? 1 : 0 }) }
}
