public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension ClassifierModel where Self: LatentVariableModel {
  /// p(y | the given inputs) of rows of which some inputs are missing, estimated by Markov chains.
  ///
  ///     p(y | x_given) = E[p(y | x)],   x_missing ~ p(x_missing | x_given)
  ///
  /// No closed form sums missing inputs and hidden units out together, so block Gibbs sampling of hidden units,
  /// class and missing inputs runs with the given ones held, one chain a row, and the exact p(y | x) is averaged
  /// along it. Rows that are complete get their exact probabilities.
  ///
  /// - Parameters:
  ///   - inputs: x, `[batch, inputs]`, NaN where missing.
  ///   - steps: of which the average is taken; the standard error falls with their square root.
  ///   - warmUp: steps before those.
  ///   - key: what every draw descends from.
  /// - Returns: `[batch, classes]`.
  public func classProbabilities(
    ofIncomplete inputs: Tensor<Scalar>, steps: Int = 200, warmUp: Int = 50, key: RandomKey,
    on workers: Workers = .single
  ) -> Tensor<Double> {
    precondition(
      inputs.rank == 2 && inputs.shape[1] == inputCount,
      "inputs are [batch, \(inputCount)], got \(inputs.shape)")
    precondition(steps > 0 && warmUp >= 0, "at least 1 step, got \(steps) after \(warmUp)")
    var probabilities = Tensor<Double>(zeros: [inputs.shape[0], classCount])
    var complete = RowPieces.ranges(inputs.shape[0]).map { ProbabilityPiece(range: $0) }
    workers.mutateEach(&complete) { _, piece in
      piece.probabilities = classLogProbabilities(of: inputs.rows(piece.range)).exp()
    }
    for piece in complete { probabilities.assignRows(piece.range, from: piece.probabilities) }

    // Chains are numbered by the rows that need one.
    let width = inputCount
    let incomplete = (0..<inputs.shape[0]).filter { row in
      inputs.elements[row * width..<(row + 1) * width].contains { $0.isNaN }
    }
    var sampled = RowPieces.ranges(incomplete.count).map { ProbabilityPiece(range: $0) }
    workers.mutateEach(&sampled) { _, piece in
      piece.probabilities = averagedProbabilities(
        of: inputs.rows(at: Array(incomplete[piece.range])), steps: steps, warmUp: warmUp,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound))
    }
    for piece in sampled {
      for (place, row) in incomplete[piece.range].enumerated() {
        probabilities.assignRow(row, from: piece.probabilities, row: place)
      }
    }
    return probabilities
  }

  /// The mean of p(y | x) along chains of the missing inputs, `[batch, classes]`.
  private func averagedProbabilities(
    of inputs: Tensor<Scalar>, steps: Int, warmUp: Int, using random: ChainRandom
  ) -> Tensor<Double> {
    let batch = inputs.shape[0]
    let clamped = Tensor<Scalar>(
      concatenating: [inputs, Tensor([batch, classCount], repeating: .nan)], along: 1)
    let kernel = ClampedBlockGibbs(self, values: clamped)
    var state = kernel.makeState(at: Tensor([batch, variableCount], repeating: 0.5))
    var sum = Tensor<Double>(zeros: [batch, classCount])
    for step in 0..<warmUp + steps {
      kernel.step(&state, using: random.with(step: step))
      if step >= warmUp {
        sum += classLogProbabilities(of: self.inputs(of: kernel.position(of: state))).exp()
      }
    }
    return sum * (1 / Double(steps))
  }
}

/// The class probabilities of some rows.
private struct ProbabilityPiece: Sendable {
  let range: Range<Int>
  /// `[range.count, classes]`.
  var probabilities = Tensor<Double>(zeros: [0, 0])
}
