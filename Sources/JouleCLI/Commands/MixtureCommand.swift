import ArgumentParser
import Foundation
import Joule

/// `joule mixture`.
struct MixtureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixture",
    abstract: "Mixes models: what is likely is what one of them finds likely.",
    discussion: """
      Beside 'joule product', which asks all models, a mixture asks one of them: p(x) is the sum of weight × p_m(x). So \
      the models' constants matter. Models that are normalised know theirs; of others log Z is summed where it \
      can be, or annealed from the rows of --data, or given with --log-partitions. Whatever is not \
      exact is said, written to the file, and reported by 'joule evaluate': an error of log Z is one of log weight.

      With --data and without --weights the weights are fitted: those under which the rows are likeliest, with a \
      proof of how far from the best they may be.

      joule mixture zeros.safetensors ones.safetensors --data digits.npy --output either.safetensors
      joule mixture a.safetensors b.safetensors --weights 0.3,0.7 --output either.safetensors
      """)

  @Argument(help: "The models: safetensors files, at least two.")
  var models: [String]
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of each model: positive numbers with commas, one a model. (default: fitted to --data, else "
        + "equal)"))
  var weights: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "log Z of each model, in nats: numbers with commas. (default: what is known, summed or annealed)"
    ))
  var logPartitions: String?
  @Option(help: "Rows that weights are fitted to and log Z is annealed from.")
  var data: String?
  @Option(help: "How values in [0, 1] become 0 and 1.")
  var binarize = Binarization.none
  @Option(help: "The model file to write.")
  var output: String
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    let workers = try threads.workers()
    BLASThreads.set(1)
    let files = try ExpertFiles(models, for: "a mixture")
    let weights = try files.numbers(weights, of: "--weights")
    if let weight = weights?.first(where: { $0 <= 0 }) {
      throw Failure(
        "--weights are shares, and each is above 0, got \(JouleCLI.format(shortest: weight))")
    }
    let given = try files.numbers(logPartitions, of: "--log-partitions")
    let rows = try data.map {
      try files.loaded[0].rows(of: try DataFile.load($0), binarization: binarize)
    }
    let key = RandomKey(seed: seed).folded("mixture")
    let experts = ExpertPartitions(rows: rows, key: key, workers: workers)
    let partitions = try zip(files.loaded.indices, files.loaded).map { index, file in
      try given.map { (KnownPartition(exactly: $0[index]), "given") } ?? experts.partition(of: file)
    }
    let report: MixtureReport
    switch files.values {
    case .unit:
      report = try write(BitExperts.self, files, partitions, weights, rows, key: key)
    case .real:
      report = try write(NumberExperts.self, files, partitions, weights, rows, key: key)
    }
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
  }

  private func write<Values: ExpertValues>(
    _ values: Values.Type, _ files: ExpertFiles,
    _ partitions: [(value: KnownPartition, method: String)], _ weights: [Double]?,
    _ rows: ModelRows?, key: RandomKey
  ) throws -> MixtureReport {
    var model = try ExpertMixtureModel<Values>(
      files.kinds, logPartitions: partitions.map(\.value), proportions: weights)
    var fit: ProportionFit<FileExpert>?
    if weights == nil, let rows {
      let all: Tensor<Float> = rows.dataset.batch(
        0..<rows.dataset.rowCount, binarization: rows.binarization,
        using: ChainRandom(key: key.folded("rows")))
      guard let found = model.mixture.fittingProportions(to: all) else {
        throw Failure(
          "\(data ?? ""): some row is impossible to all models, so that no weights are best")
      }
      fit = found
      model = ExpertMixtureModel(found.mixture, logPartitions: model.logPartitions)
    }
    try ExpertMixtureKind(model).save(
      to: output, standardization: files.loaded[0].standardization,
      imageShape: files.loaded.lazy.compactMap(\.metadata.imageShape).first)
    return MixtureReport(
      output: output, paths: models, proportions: model.mixture.proportions, partitions: partitions,
      error: model.partitionError, fit: fit, energyOffset: rows?.energyOffset ?? 0)
  }
}
