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

      joule evaluate run/model.safetensors --data t10k-images-idx3-ubyte.gz --binarize threshold
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
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    try require(aisChains > 0, "--ais-chains must be at least 1, got \(aisChains)")
    try require(aisSteps > 0, "--ais-steps must be at least 1, got \(aisSteps)")
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    let rows = try loaded.rows(
      of: try DataFile.load(data), binarization: binarize,
      allowingMissing: loaded.type.allowsMissing)
    let report = try loaded.kind.likelihood(
      LikelihoodRequest(
        rows: rows, method: exact ? .exact : .annealed(chains: aisChains, steps: aisSteps),
        key: RandomKey(seed: seed).folded("evaluation"), workers: workers,
        display: ProgressDisplay("evaluating")))
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
  }
}
