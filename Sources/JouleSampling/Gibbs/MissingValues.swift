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
    precondition(steps > 0, "missing values are drawn by at least 1 step, got \(steps)")
    guard rows.containsNaN else { return rows }
    let width = rows.shape[1]
    let incomplete = (0..<rows.shape[0]).filter { row in
      rows.elements[row * width..<(row + 1) * width].contains { $0.isNaN }
    }
    let given = rows.rows(at: incomplete)
    var pieces = RowPieces.ranges(incomplete.count).map { (rows: $0, filled: given.rows($0)) }
    workers.mutateEach(&pieces) { _, piece in
      let random = random.advanced(by: piece.rows.lowerBound)
      let values = piece.filled
      let kernel = ClampedBlockGibbs(self, values: values)
      var start = values
      for row in 0..<piece.rows.count {
        var stream = random.stream(chain: row, purpose: DrawPurpose.start)
        let donor = stream.integer(below: examples.shape[0])
        for column in 0..<width where values[row, column].isNaN {
          start[row, column] = examples[donor, column]
        }
      }
      var chains = kernel.makeState(at: start)
      for number in 1...steps {
        kernel.step(&chains, using: random.with(step: random.step + number))
      }
      piece.filled = kernel.position(of: chains)
    }
    var complete = rows
    let filled = Tensor(concatenating: pieces.map(\.filled), along: 0)
    for (place, row) in incomplete.enumerated() {
      complete.assignRow(row, from: filled, row: place)
    }
    return complete
  }
}
