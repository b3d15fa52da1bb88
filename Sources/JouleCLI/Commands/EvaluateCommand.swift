import ArgumentParser
import Foundation
import Joule

/// `joule evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Says how likely data are under a model, and how sure that is.",
    discussion: """
      The partition function is annealed from the data's base rates to the model and back from the \
      model's own samples: the first errs low, the second high, and the truth lies between them. With \
      --exact it is summed, for machines with a layer of at most 25 units. Models that are normalised by \
      construction need neither: their likelihood is exact.

      A deep machine's energies of rows are bounds. --rows-by annealing anneals what is latent above each of a \
      sample of rows, which gives their true log-likelihood. --rows-by raise anneals back from rows to what is known \
      exactly: an estimate that needs no log Z and errs low, of restricted machines too.

      joule evaluate run/model.safetensors --data t10k-images-idx3-ubyte.gz --binarize threshold
      joule evaluate deep/model.safetensors --data rows.npy --rows-by raise --ais-steps 10000
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(help: "The data.")
  var data: String
  @Option(help: "How values in [0, 1] become 0 and 1.")
  var binarize = Binarization.none
  @Flag(help: "Sum the partition function exactly.")
  var exact = false
  @Option(parsing: .unconditional, help: "Chains of annealing.")
  var aisChains = 100
  @Option(parsing: .unconditional, help: "Steps of annealing, in either direction.")
  var aisSteps = 1000
  @Option(help: "Judge rows by chains of their own: annealing or raise.")
  var rowsBy: RowLikelihoodRequest.Method?
  @Option(
    parsing: .unconditional, help: "Rows that --rows-by judges, drawn at random. (default: 100)")
  var rowCount: Int?
  @Option(parsing: .unconditional, help: "Chains a row of --rows-by. (default: 20)")
  var rowChains: Int?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    try require(aisChains > 0, "--ais-chains must be at least 1, got \(aisChains)")
    try require(aisSteps > 0, "--ais-steps must be at least 1, got \(aisSteps)")
    try checkRowOptions()
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    let file = try DataFile.load(data)
    let rows = try loaded.rows(
      of: file, binarization: binarize, allowingMissing: loaded.type.allowsMissing)
    if let rowsBy, let missing = file.firstMissing {
      throw Failure(
        "\(data): row \(missing.row + 1), column \(missing.column + 1) is missing (NaN), and --rows-by "
          + "\(rowsBy.rawValue) judges complete rows only: leave it out for a bound of what is given"
      )
    }
    let request = LikelihoodRequest(
      rows: rows, method: exact ? .exact : .annealed(chains: aisChains, steps: aisSteps),
      key: RandomKey(seed: seed).folded("evaluation"), workers: workers,
      display: ProgressDisplay("evaluating"))
    let report =
      try rowsBy.map { try judgeRows(by: $0, loaded, request) } ?? loaded.kind.likelihood(request)
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
  }

  private func checkRowOptions() throws {
    for (name, value) in [("--row-count", rowCount), ("--row-chains", rowChains)] {
      guard let value else { continue }
      try require(rowsBy != nil, "\(name) is for rows judged by chains of their own: add --rows-by")
      try require(value > 1, "\(name) must be at least 2, to know an error, got \(value)")
    }
    try require(
      rowsBy != .raise || !exact, "--rows-by raise needs no log Z: leave --exact out")
  }

  private func judgeRows(
    by method: RowLikelihoodRequest.Method, _ loaded: LoadedModel, _ request: LikelihoodRequest
  ) throws -> LikelihoodReport {
    guard let kind = loaded.kind as? any AnnealedKind else {
      throw Failure(
        "--rows-by \(method.rawValue) anneals machines of layers, and \(model) is "
          + "\(loaded.type.title): leave it out")
    }
    return try kind.rowLikelihood(
      RowLikelihoodRequest(
        whole: request, method: method, count: rowCount ?? 100, chains: rowChains ?? 20,
        steps: aisSteps))
  }
}
