public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
public import JouleTensor

/// Another estimator on rows with missing values (NaN), which the model under training fills in before every update.
///
///     x_missing ~ p(x_missing | x_given; θ),   by k steps of Gibbs sampling with the given values held
///
/// The gradient of log p(x_given) is the expectation of the complete rows' gradient over these draws, so that the data
/// term is right as k grows; where the missing units are independent given the hidden ones a few steps do. They start at
/// values that other rows have in the same columns. Rows that are complete pass as they are.
///
/// Reference: D. Rubin, Inference and missing data, Biometrika 63 (1976): values have to be missing at random.
public struct Imputed<Base: GradientEstimator>: GradientEstimator
where Base.Model: LatentVariableModel {
  public typealias Model = Base.Model
  let base: Base
  let steps: Int

  /// - Parameter steps: k, at least 1.
  public init(_ base: Base, steps: Int = 5) {
    precondition(steps > 0, "missing values are drawn by at least 1 step, got \(steps)")
    self.base = base
    self.steps = steps
  }

  public struct State: Sendable {
    let key: RandomKey
    /// Complete rows to take first values from.
    let examples: Tensor<Model.Scalar>
    var base: Base.State
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    State(
      key: key.folded("missing"), examples: statistics.examples,
      base: base.makeState(for: model, data: statistics, key: key))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let complete = completed(batch, by: model, step: step, state, on: workers)
    base.estimate(
      model, at: complete, step: step, state: &state.base, into: &gradient, on: workers)
  }

  private func completed(
    _ batch: Tensor<Model.Scalar>, by model: Model, step: Int, _ state: State,
    on workers: Workers
  ) -> Tensor<Model.Scalar> {
    // A pass of a kernel: complete batches, the usual ones, cost no more than that.
    guard batch.firstNonFinite != nil else { return batch }
    let width = batch.shape[1]
    let incomplete = (0..<batch.shape[0]).filter { row in
      batch.elements[row * width..<(row + 1) * width].contains { $0.isNaN }
    }
    if incomplete.isEmpty { return batch }
    let given = batch.rows(at: incomplete)
    let examples = state.examples
    var pieces = RowPieces.ranges(incomplete.count).map { (rows: $0, filled: given.rows($0)) }
    workers.mutateEach(&pieces) { _, piece in
      let random = ChainRandom(
        key: state.key, firstChain: piece.rows.lowerBound, step: step * (steps + 1))
      let values = piece.filled
      let kernel = ClampedBlockGibbs(model, values: values)
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
        kernel.step(&chains, using: random.with(step: step * (steps + 1) + number))
      }
      piece.filled = kernel.position(of: chains)
    }
    var complete = batch
    let filled = Tensor(concatenating: pieces.map(\.filled), along: 0)
    for (place, row) in incomplete.enumerated() {
      complete.assignRow(row, from: filled, row: place)
    }
    return complete
  }
}

extension Imputed.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
  }
}
