public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Annealing of what is latent above given rows: each row's p*(v) = Σ_u p*(v, u), for which mean field has a
/// bound only.
///
///     p*(v) = Z(v) exp(−U(v)),   Z(v) that of the machine above v, see `DeepModel.conditioned(on:)`
///
/// Chains go from independent units with the means that inference gives to p(u, h | v). Rows are shared out among
/// threads; what a row gives depends on the key and its place alone.
///
/// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, §4, on test rows.
public struct RowAnnealing<Model: DeepModel>: Sendable {
  public typealias Scalar = Model.Scalar
  public let model: Model
  /// Chains of every row.
  public let chains: Int
  /// Steps of annealing.
  public let steps: Int

  /// - Precondition: at least one chain and one step.
  public init(_ model: Model, chains: Int, steps: Int) {
    precondition(chains > 0 && steps > 0, "\(chains) chains of \(steps) steps cannot be annealed")
    self.model = model
    self.chains = chains
    self.steps = steps
  }

  /// Whether the machine has columns beside the data: else rows are exact.
  public var hasLatentColumns: Bool { model.machine.variableCount > model.variableCount }

  /// States of the machine that stand for the rows; their log means estimate log p*(v), too low on average.
  ///
  /// - Parameter rows: v, `[batch, variables]`.
  /// - Throws: the first fault of a chain.
  public func completions(
    of rows: Tensor<Scalar>, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> RowCompletions<Scalar> {
    guard hasLatentColumns else { return RowCompletions(rows, of: model, chains: chains) }
    let found = try map(rows, key: key, on: workers, progress: progress) {
      row throws(TransitionFault) in
      (completedStates(of: row), row.forward.logWeights.map { $0 + row.base })
    }
    return RowCompletions(
      states: Tensor(concatenating: found.map(\.0)), logWeights: found.flatMap(\.1),
      chains: chains)
  }

  /// log p*(v) of every row between annealing up, which errs low, and back, which errs high.
  ///
  /// The way back begins where the way up ends, resampled by weight: it errs high as far as those stand for the
  /// posterior of the row.
  ///
  /// - Precondition: ``hasLatentColumns``.
  /// - Throws: the first fault of a chain.
  public func brackets(
    of rows: Tensor<Scalar>, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> [PartitionBracket] {
    precondition(hasLatentColumns, "the rows of a machine without latent columns are exact")
    return try map(rows, key: key, on: workers, progress: progress) {
      row throws(TransitionFault) in
      let start = row.ends.rows(
        at: row.forward.resampled(count: chains, key: row.key.folded("resampling")))
      return PartitionBracket(
        baseLogPartition: row.base, forward: row.forward,
        reverse: try row.sampling.reverse(from: start, key: row.key.folded("reverse")))
    }
  }

  /// A row, annealed up.
  private struct Annealed {
    let row: Tensor<Scalar>
    let above: Model.Conditional
    let sampling: AnnealedImportanceSampling<Model.Conditional.Path>
    /// log Z₀ − U(v).
    let base: Double
    let ends: Tensor<Scalar>
    let forward: ImportanceWeights
    let key: RandomKey
  }

  private func annealed(
    _ row: Tensor<Scalar>, key: RandomKey
  ) throws(TransitionFault) -> Annealed {
    let above = model.conditioned(on: row.row(0))
    let path = above.annealingPath(fromMeans: model.complete(row).hiddenMean.row(0))
    let sampling = AnnealedImportanceSampling(path, steps: steps)
    let (ends, weights) = try sampling.weightedSamples(chains: chains, key: key.folded("forward"))
    return Annealed(
      row: row, above: above, sampling: sampling,
      base: path.baseLogPartition - model.dataEnergy(of: row)[0], ends: ends, forward: weights,
      key: key)
  }

  /// The row beside its latent columns, which are the hidden block of the machine above it.
  private func completedStates(of row: Annealed) -> Tensor<Scalar> {
    let latent = row.above.sampleHidden(
      given: row.ends, using: ChainRandom(key: row.key.folded("latent")))
    return Tensor(
      concatenating: [row.row.rows(at: Array(repeating: 0, count: chains)), latent], along: 1)
  }

  /// Something of every row, a row a piece of work.
  private func map<Result: Sendable>(
    _ rows: Tensor<Scalar>, key: RandomKey, on workers: Workers, progress: (Double) -> Void,
    _ body: @Sendable (Annealed) throws(TransitionFault) -> Result
  ) throws(TransitionFault) -> [Result] {
    let count = rows.shape[0]
    var found: [Result] = []
    // Rounds of rows let progress be shown.
    let round = 16
    for first in stride(from: 0, to: count, by: round) {
      var pieces = (first..<Swift.min(first + round, count)).map {
        (row: $0, result: Swift.Result<Result, TransitionFault>?.none)
      }
      workers.mutateEach(&pieces) { _, piece in
        do throws(TransitionFault) {
          let row = try annealed(
            rows.rows(piece.row..<piece.row + 1), key: key.folded(UInt64(piece.row)))
          piece.result = .success(try body(row))
        } catch {
          piece.result = .failure(error)
        }
      }
      for piece in pieces {
        guard let result = piece.result else { continue }
        found.append(try result.get())
      }
      progress(Double(first + pieces.count) / Double(count))
    }
    return found
  }
}
