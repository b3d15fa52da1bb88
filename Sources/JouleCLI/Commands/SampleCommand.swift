import ArgumentParser
import Foundation
import Joule

/// `joule sample`.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draws from a model, or fills in what is missing from images.",
    discussion: """
      Models that cannot be drawn from directly run Markov chains, Gibbs sampling for machines of bits. \
      They start at rows of --data, or where the model suggests: a machine at draws from its visible \
      biases. With --clamp the given values \
      stay fixed and the others are sampled: NaN marks a missing value in an NPY file, or --mask names a \
      file of the same shape with 1 where a value is given and 0 where it is missing. --layer writes the \
      states of a hidden layer where the chains end instead of rows: with --clamp and all values given, draws from \
      the posterior of those rows.

      joule sample run/model.safetensors --output samples.png
      joule sample run/model.safetensors --clamp damaged.npy --output restored.png
      joule sample deep/model.safetensors --layer 2 --output top.npy
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(
    parsing: .unconditional,
    help: "How many to draw. (default: 100; with --clamp, the rows of its file)")
  var count: Int?
  @Option(parsing: .unconditional, help: "Steps of every Markov chain.")
  var gibbsSteps = 1000
  @Option(help: "Rows at which the chains start.")
  var data: String?
  @Option(help: "Rows whose given values stay fixed.")
  var clamp: String?
  @Option(help: "Which values of --clamp are given: 1 given, 0 missing.")
  var mask: String?
  @Option(help: "How the rows of --data and --clamp become 0 and 1.")
  var binarize = Binarization.none
  @Option(
    help: "What to write: 0 and 1, or the means they are drawn with. (default: means for PNG)")
  var values: Values?
  @Option(
    parsing: .unconditional,
    help: "Write a hidden layer instead of rows: 1 is next to the data. (needs an NPY array)")
  var layer: Int?
  @Option(help: "A PNG picture or an NPY array.")
  var output: String
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions

  enum Values: String, ExpressibleByArgument, CaseIterable { case samples, means }

  private static let largestCount = 1_000_000

  func run() throws {
    let isPicture = output.lowercased().hasSuffix(".png")
    try require(
      isPicture || output.lowercased().hasSuffix(".npy"),
      "--output must end in .png or .npy, got '\(output)'")
    if let count {
      try require(
        count > 0 && count <= Self.largestCount,
        "--count must be from 1 to \(Self.largestCount), got \(count)")
    }
    try require(
      layer == nil || !isPicture,
      "--layer writes states of units, which are no pictures: --output must end in .npy")
    try require(gibbsSteps >= 0, "--gibbs-steps must not be negative, got \(gibbsSteps)")
    try require(
      mask == nil || clamp != nil, "--mask says which values of --clamp are given: add it")
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    try require(loaded.type.canDraw, "\(model) draws no rows: it is \(loaded.type.title)")
    let hasMeans = loaded.type.drawsMeans
    try require(
      hasMeans || values != .means,
      "--values means: \(loaded.type.title) has none; leave it out for samples")
    let rows = try draw(
      loaded, means: (values ?? (isPicture && hasMeans ? .means : .samples)) == .means,
      on: workers)
    if isPicture {
      let shape = loaded.pictureShape
      try Pictures.grid(rows.elements, height: shape.height, width: shape.width).save(to: output)
    } else {
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: output)
    }
    print("\(output): \(JouleCLI.format(rows.shape[0])) rows of \(rows.shape[1])")
  }

  /// Rows in the units of the data.
  private func draw(_ loaded: LoadedModel, means: Bool, on workers: Workers) throws -> Tensor<Float>
  {
    let key = RandomKey(seed: seed).folded("samples")
    let display = ProgressDisplay("sampling")
    defer { display.clear() }
    let clamped = try clampedRows(loaded)
    let count = count ?? clamped?.shape[0] ?? 100
    let request = DrawRequest(
      count: count, start: try startRows(loaded, count, key),
      clamped: clamped.map { rows in rows.rows(at: (0..<count).map { $0 % rows.shape[0] }) },
      steps: gibbsSteps, wantsMeans: means, key: key, workers: workers, display: display)
    if let layer { return try draw(layer, of: loaded, request) }
    let rows = try loaded.kind.draw(request)
    return loaded.standardization?.restored(rows) ?? rows
  }

  private func draw(
    _ layer: Int, of loaded: LoadedModel, _ request: DrawRequest
  ) throws -> Tensor<Float> {
    guard let kind = loaded.kind as? any LayeredKind else {
      throw Failure(
        "--layer draws hidden layers, and \(model) has none to draw: it is \(loaded.type.title)")
    }
    let count = kind.hiddenLayers.count
    try require(
      (1...count).contains(layer),
      "--layer must be from 1 to \(count), the hidden layers of \(model), got \(layer)")
    return try kind.draw(request, layer: layer - 1)
  }

  private func startRows(
    _ loaded: LoadedModel, _ chains: Int, _ key: RandomKey
  ) throws -> Tensor<Float>? {
    guard let data else { return nil }
    let rows = try load(data, for: loaded, allowingMissing: false)
    let used = Swift.min(rows.rowCount, chains)
    let start: Tensor<Float> = rows.batch(
      0..<used, binarization: binarize, using: ChainRandom(key: key.folded("data")))
    return start.rows(at: (0..<chains).map { $0 % used })
  }

  /// The rows of --clamp, NaN where a value is missing.
  private func clampedRows(_ loaded: LoadedModel) throws -> Tensor<Float>? {
    guard let clamp else { return nil }
    let given = try load(clamp, for: loaded, allowingMissing: true)
    let all = 0..<given.rowCount
    let rows: Tensor<Float> = given.batch(
      all, binarization: binarize, using: ChainRandom(key: RandomKey(seed: seed).folded("clamp")))
    var elements = rows.elements
    if let mask {
      let file = try DataFile.load(mask)
      try file.requireProbabilities()
      let marks = try shaped(file, for: loaded)
      try require(
        marks.rowCount == given.rowCount,
        "\(mask) has \(marks.rowCount) rows, \(clamp) has \(given.rowCount)")
      let known: Tensor<Float> = marks.batch(all)
      for index in elements.indices where known.elements[index] < 0.5 { elements[index] = .nan }
    }
    return Tensor(shape: rows.shape, elements: elements)
  }

  /// Rows in the model's own units.
  private func load(
    _ path: String, for model: LoadedModel, allowingMissing: Bool
  ) throws -> Dataset {
    let data = try DataFile.load(path)
    try model.type.values.check(data, allowingMissing: allowingMissing)
    try model.type.values.check(binarize)
    let rows = try shaped(data, for: model)
    try model.kind.check(data, allowingMissing: allowingMissing)
    return model.standardization?.standardized(rows) ?? rows
  }

  /// One picture is one row, however its file counts them.
  private func shaped(_ data: LoadedData, for model: LoadedModel) throws -> Dataset {
    let columns = model.columnCount
    let data = data.widened(to: columns)
    let dataset = data.dataset
    if dataset.columnCount != columns, dataset.rowCount * dataset.columnCount == columns {
      return dataset.reshaped(columnCount: columns)
    }
    try data.requireColumns(columns, of: "the model")
    try require(dataset.rowCount > 0, "\(data.path) holds no rows")
    return dataset
  }
}
