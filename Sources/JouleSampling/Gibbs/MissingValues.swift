public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension LatentVariableModel {
  /// Rows of which the missing values (NaN) are drawn by the model, the given ones held.
  ///
  ///     x_missing ~ p(x_missing | x_given),   by k steps of Gibbs sampling
  ///
  /// Rows that are complete stay as they are, and chains are numbered by the rows that are not.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - examples: complete rows, of which missing values take their first ones, `[examples, variables]`.
  ///   - steps: k, at least 1.
  ///   - random: whose steps are numbered from `random.step` on, k + 1 of them.
  ///   - workers: the result does not depend on their number.
  public func filled(
    _ rows: Tensor<Scalar>, from examples: Tensor<Scalar>, steps: Int, using random: ChainRandom,
    on workers: Workers = .single
  ) -> Tensor<Scalar> {
    rows.replacingIncompleteRows(using: random, on: workers) { given, random in
      clampedRows(
        given, from: given.completed(by: examples, using: random), steps: steps, using: random)
    }
  }

  /// Where so many steps of clamped Gibbs sampling lead.
  ///
  /// - Parameters:
  ///   - values: `[chains, variables]`, NaN where one is free.
  ///   - start: where they begin.
  fileprivate func clampedRows(
    _ values: Tensor<Scalar>, from start: Tensor<Scalar>, steps: Int, using random: ChainRandom
  ) -> Tensor<Scalar> {
    precondition(steps > 0, "missing values are drawn by at least 1 step, got \(steps)")
    let kernel = ClampedBlockGibbs(self, values: values)
    var chains = kernel.makeState(at: start)
    for number in 1...steps {
      kernel.step(&chains, using: random.with(step: random.step + number))
    }
    return kernel.position(of: chains)
  }
}

extension DeepModel {
  /// The same of a deep model: the chains are those of the machine behind it, whose latent columns are free too and
  /// begin at what is inferred of them.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - examples: complete rows, of which missing values take their first ones, `[examples, variables]`.
  ///   - steps: k, at least 1.
  ///   - random: whose steps are numbered from `random.step` on, k + 1 of them.
  ///   - workers: the result does not depend on their number.
  public func filled(
    _ rows: Tensor<Scalar>, from examples: Tensor<Scalar>, steps: Int, using random: ChainRandom,
    on workers: Workers = .single
  ) -> Tensor<Scalar> {
    let latent = machine.variableCount - variableCount
    return rows.replacingIncompleteRows(using: random, on: workers) { given, random in
      let start = inferredRows(for: given.completed(by: examples, using: random))
      let free = Tensor<Scalar>([given.shape[0], latent], repeating: .nan)
      return machine.clampedRows(
        Tensor(concatenating: [given, free], along: 1), from: start, steps: steps, using: random
      ).columns(0..<variableCount)
    }
  }
}

extension LatentVariableModel where Self: ClassifierModel {
  /// The same of rows (x, y): labels are given values, and where a row has none its class is drawn with its inputs, which
  /// it leaves without a label all the same.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, inputs NaN where missing.
  ///   - examples: rows of which missing inputs take their first values, `[examples, variables]`.
  ///   - steps: k, at least 1.
  ///   - random: whose steps are numbered from `random.step` on, k + 1 of them.
  ///   - workers: the result does not depend on their number.
  public func filled(
    _ rows: Tensor<Scalar>, from examples: Tensor<Scalar>, steps: Int, using random: ChainRandom,
    on workers: Workers = .single
  ) -> Tensor<Scalar> {
    rows.replacingIncompleteRows(using: random, on: workers) { given, random in
      var values = given
      for (row, label) in labels(of: given).enumerated() where label == nil {
        for column in inputCount..<variableCount { values[row, column] = .nan }
      }
      let drawn = clampedRows(
        values, from: given.completed(by: examples, using: random), steps: steps, using: random)
      return Tensor(
        concatenating: [inputs(of: drawn), given.columns(inputCount..<variableCount)], along: 1)
    }
  }
}

extension Tensor {
  /// The rows, those that miss values as `draw` completes them, in pieces that workers share.
  ///
  /// - Parameters:
  ///   - random: the chains of the incomplete rows, numbered one after the other.
  ///   - draw: is given some incomplete rows and their chains.
  fileprivate func replacingIncompleteRows(
    using random: ChainRandom, on workers: Workers,
    by draw: @Sendable (_ given: Tensor, _ random: ChainRandom) -> Tensor
  ) -> Tensor {
    guard containsNaN else { return self }
    let width = shape[1]
    let incomplete = (0..<shape[0]).filter { row in
      elements[row * width..<(row + 1) * width].contains { $0.isNaN }
    }
    var pieces = RowPieces.ranges(incomplete.count).map { range in
      (first: range.lowerBound, numbers: Array(incomplete[range]), drawn: Tensor(zeros: [0, 0]))
    }
    workers.mutateEach(&pieces) { _, piece in
      piece.drawn = draw(rows(at: piece.numbers), random.advanced(by: piece.first))
    }
    var complete = self
    for piece in pieces {
      for (place, row) in piece.numbers.enumerated() {
        complete.assignRow(row, from: piece.drawn, row: place)
      }
    }
    return complete
  }

  /// The rows with what each misses taken from an example drawn at random.
  fileprivate func completed(by examples: Tensor, using random: ChainRandom) -> Tensor {
    var complete = self
    for row in 0..<shape[0] {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      let donor = stream.integer(below: examples.shape[0])
      for column in 0..<shape[1] where self[row, column].isNaN {
        complete[row, column] = examples[donor, column]
      }
    }
    return complete
  }
}
