public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension DeepBeliefNetwork: ParametricEnergy {
  /// A row's states from the data up to the top machine's visible layer, as recognition draws them, and
  /// what the top machine's hidden units make of the last.
  public struct Ascent: Sendable {
    /// v, h¹, …, h^{L−1}.
    public var states: [Tensor<Scalar>]
    /// E[h^L | h^{L−1}].
    public var topHiddenMean: Tensor<Scalar>
  }

  /// One draw a row of log p*(v, h) − log q(h | v), the top's hidden layer summed out:
  ///
  ///     Σₗ log p(hˡ | h^{l+1}) − F_top(h^{L−1}) − Σₗ log q(h^{l+1} | hˡ),   h ~ q
  ///
  /// Less log Z of the top machine its mean is a lower bound of log p(v), and the logarithm of a mean of
  /// several exponentials a tighter one.
  ///
  /// Of rows with missing bits (NaN) it is that of log p(v_given): recognition sees them ``filled(_:rounds:using:)``, and
  /// p(v | h¹) has the factors of the given ones alone. A bound holds for any q, and so for one that has seen such rows.
  ///
  /// - Returns: `[batch]`, in nats.
  ///
  /// Reference: R. Salakhutdinov, I. Murray, On the quantitative analysis of deep belief networks, ICML 2008,
  /// eq. 22–24.
  public func evidence(of rows: Tensor<Scalar>, using random: ChainRandom) -> Tensor<Double> {
    requireRows(rows)
    let states = recognized(filled(rows, using: random), using: random)
    guard rows.containsNaN else { return evidence(of: states) }
    // Without the factors of the bits that are not given, at the values that stand for them.
    let means = generatedMean(ofLayer: 0, given: states[1])
    let factors = 1 - means + states[0] * (means * 2 - 1)
    return evidence(of: states)
      - Tensor<Double>((rows.missingMarks * factors.log()).sum(along: 1))
  }

  private func evidence(of states: [Tensor<Scalar>]) -> Tensor<Double> {
    var sum = -Tensor<Double>(top.energy(of: states[directedCount]))
    for layer in 0..<directedCount {
      let (below, above) = (states[layer], states[layer + 1])
      sum += Self.logProbability(
        of: below, input: above.matmul(generativeWeights(layer), transposingOther: true),
        bias: generativeBias(layer))
      sum -= Self.logProbability(
        of: above, input: below.matmul(recognitionWeights(layer)), bias: recognitionBias(layer))
    }
    return sum
  }

  /// Σⱼ sⱼ (xⱼ + biasⱼ) − softplus(xⱼ + biasⱼ): the log-probability of bits of logits x + bias.
  private static func logProbability(
    of states: Tensor<Scalar>, input: Tensor<Scalar>, bias: Tensor<Scalar>
  ) -> Tensor<Double> {
    var sums = Tensor<Double>(zeros: [states.shape[0]])
    VectorKernels.best.softplusRowSums(
      input.elements.span, bias: bias.elements.span, columns: bias.count, scale: 1,
      into: sums.elements.mutableSpan)
    return Tensor<Double>((states * (input + bias)).sum(along: 1)) - sums
  }

  /// Less ``evidence(of:using:)`` by draws of a key of its own, so that the same rows have the same
  /// energies: an unbiased estimate, by one draw a row, of an upper bound of −log p(v) − log Z.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    -Tensor<Scalar>(evidence(of: rows, using: Self.ownRandom))
  }

  private static var ownRandom: ChainRandom {
    ChainRandom(key: RandomKey(seed: 0).folded("deep belief network"))
  }

  /// The draws that ``energy(of:)`` is made of.
  public func complete(_ rows: Tensor<Scalar>) -> Ascent {
    ascent(of: awake(rows, using: Self.ownRandom))
  }

  func ascent(of states: [Tensor<Scalar>]) -> Ascent {
    Ascent(states: states, topHiddenMean: top.hiddenMean(given: states[directedCount]))
  }

  public func rows(of completion: Ascent) -> Tensor<Scalar> { completion.states[0] }

  /// The weighted sum of energy gradients in what generates, the draws given. Recognition weights
  /// decide what is drawn; of them nothing is said here, and their gradients are zero.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    begin(&gradient, scale: scale)
    for term in terms {
      let states = term.completion.states
      let ones = Tensor<Scalar>([states[0].shape[0]], repeating: 1)
      let factors = (term.rowWeights ?? ones) * term.weight
      addGenerative(states, factors, into: &gradient)
      addTop(states[directedCount], term.completion.topHiddenMean, factors, into: &gradient)
    }
  }

  func begin(_ gradient: inout ParameterSet<Scalar>, scale: Scalar) {
    for index in gradient.entries.indices { gradient.entries[index].value.scale(by: scale) }
  }

  /// Σᵢ fᵢ ∂(−log p(hˡ | h^{l+1}))/∂θ of every directed layer.
  func addGenerative(
    _ states: [Tensor<Scalar>], _ factors: Tensor<Scalar>, into gradient: inout ParameterSet<Scalar>
  ) {
    for layer in 0..<directedCount {
      let error = generatedMean(ofLayer: layer, given: states[layer + 1]) - states[layer]
      Self.add(
        error, states[layer + 1], factors, weights: 4 * layer, bias: 4 * layer + 1,
        into: &gradient)
    }
  }

  /// Σᵢ fᵢ ∂(−log q(h^{l+1} | hˡ))/∂θ of every directed layer.
  func addRecognition(
    _ states: [Tensor<Scalar>], _ factors: Tensor<Scalar>, into gradient: inout ParameterSet<Scalar>
  ) {
    for layer in 0..<directedCount {
      let error = recognizedMean(ofLayer: layer + 1, given: states[layer]) - states[layer + 1]
      let weighted = error * factors.reshaped(to: [factors.count, 1])
      gradient.entries[4 * layer + 2].value.accumulate(states[layer], weighted)
      gradient.entries[4 * layer + 3].value += weighted.sum(along: 0)
    }
  }

  /// Σᵢ fᵢ ∂F_top/∂θ.
  func addTop(
    _ visible: Tensor<Scalar>, _ hiddenMean: Tensor<Scalar>, _ factors: Tensor<Scalar>,
    into gradient: inout ParameterSet<Scalar>
  ) {
    let first = 4 * directedCount
    let column = factors.reshaped(to: [factors.count, 1])
    let weighted = hiddenMean * column
    gradient.entries[first].value.accumulate(visible, -weighted)
    gradient.entries[first + 1].value -= (visible * column).sum(along: 0)
    gradient.entries[first + 2].value -= weighted.sum(along: 0)
  }

  private static func add(
    _ error: Tensor<Scalar>, _ above: Tensor<Scalar>, _ factors: Tensor<Scalar>, weights: Int,
    bias: Int, into gradient: inout ParameterSet<Scalar>
  ) {
    let weighted = error * factors.reshaped(to: [factors.count, 1])
    gradient.entries[weights].value.accumulate(weighted, above)
    gradient.entries[bias].value += weighted.sum(along: 0)
  }
}

extension Tensor {
  /// self ← self + aᵀb.
  fileprivate mutating func accumulate(_ a: Tensor, _ b: Tensor) {
    Tensor.multiply(a, .transposed, b, accumulate: 1, into: &self)
  }
}
