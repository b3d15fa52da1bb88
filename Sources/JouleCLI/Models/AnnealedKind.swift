import ArgumentParser
import Joule

/// A kind of model whose log Z lies between two annealed estimates; its rows can be judged by annealing them too.
protocol AnnealedKind: ModelKind {
  associatedtype Machine: LatentVariableModel & AnnealableModel where Machine.Scalar == Float

  /// The machine whose log Z is the model's.
  var annealed: Machine { get }

  /// Where annealing of the machine starts.
  func ends(of annealing: AnnealedPartition<Machine>) -> AnnealingEnds

  /// States of the machine that stand for rows: by default the rows, whose energies are exact.
  func completions(
    of rows: Tensor<Float>, _ request: RowLikelihoodRequest
  ) throws -> RowCompletions<Float>

  /// The log-likelihood of rows of which mean field has a bound only; by default refused, as energies are exact.
  func annealedRowLikelihood(_ request: RowLikelihoodRequest) throws -> LikelihoodReport
}

/// What is asked of a model's likelihood where rows are annealed.
struct RowLikelihoodRequest {
  enum Method: String, ExpressibleByArgument, CaseIterable {
    /// What is latent above a row, up and back.
    case annealing
    /// From a row back to what is known exactly.
    case raise
  }

  /// Of log Z: all rows, of which some are judged.
  var whole: LikelihoodRequest
  var method: Method
  /// How many rows are judged, drawn from all.
  var count: Int
  /// Chains of every row.
  var chains: Int
  /// Steps of annealing.
  var steps: Int

  var key: RandomKey { whole.key.folded("rows") }

  /// The rows that are judged, `[count, variables]`.
  var rows: Tensor<Float> {
    let all = whole.rows
    let picked = count < all.dataset.rowCount ? all.sampled(count, key: key.folded("sample")) : all
    return picked.dataset.batch(
      0..<picked.dataset.rowCount, binarization: all.binarization, using: ChainRandom(key: key))
  }

  func annealing<Model: DeepModel>(_ model: Model) -> RowAnnealing<Model> {
    RowAnnealing(model, chains: chains, steps: steps)
  }

  /// Why rows need no annealing.
  func exactRows(_ title: String) -> String {
    "--rows-by annealing: rows of \(title) with one hidden layer are exact without it; leave it out, or take "
      + "--rows-by raise"
  }
}

extension AnnealedKind {
  func completions(
    of rows: Tensor<Float>, _ request: RowLikelihoodRequest
  ) throws -> RowCompletions<Float> where Model: EnergyModel, Model.Scalar == Float {
    RowCompletions(rows, of: model, chains: request.chains)
  }

  func annealedRowLikelihood(_ request: RowLikelihoodRequest) throws -> LikelihoodReport {
    throw Failure(request.exactRows(Self.title))
  }

  /// log Z between annealing from what is known to the machine and back from its own samples.
  func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: annealed, chains: chains, steps: steps, request: request)
    return try annealing.bracket(ends(of: annealing))
  }

  /// How likely rows are, each judged by chains of its own.
  func rowLikelihood(_ request: RowLikelihoodRequest) throws -> LikelihoodReport {
    defer { request.whole.display.clear() }
    let report =
      request.method == .annealing
      ? try annealedRowLikelihood(request) : try conservativeLikelihood(request)
    try report.requireFinite()
    return report
  }

  /// By RAISE; its temperatures are spaced as those of log Z are, by samples of the machine.
  private func conservativeLikelihood(_ request: RowLikelihoodRequest) throws -> LikelihoodReport {
    let (whole, rows) = (request.whole, request.rows)
    let completions = try completions(of: rows, request)
    let annealing = AnnealedPartition(
      machine: annealed, chains: Self.spacingChains, steps: request.steps, request: whole)
    let sampling = try annealing.spaced(ends(of: annealing)).sampling
    let weights = try sampling.rowProbabilities(
      of: completions, key: request.key.folded("back"), on: whole.workers
    ) { whole.display.show(0.46 + $0 * 0.54, "annealing back") }
    let offset = whole.rows.energyOffset
    return LikelihoodReport(
      rowProbabilities: weights, energies: completions.rows.map { offset - $0.logMean },
      energyOffset: offset)
  }

  /// Of chains that space the temperatures half as many again are pilots.
  private static var spacingChains: Int { 100 }
}
