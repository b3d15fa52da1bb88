import ArgumentParser
import Foundation
import Joule

/// `joule sample`.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draws from a model by Gibbs sampling, or fills in what is missing from images.",
    discussion: """
      Chains start at rows of --data, or at draws from the visible biases. With --clamp the given values \
      stay fixed and the others are sampled: NaN marks a missing value in an NPY file, or --mask names a \
      file of the same shape with 1 where a value is given and 0 where it is missing.

      joule sample run/model.safetensors --output samples.png
      joule sample run/model.safetensors --clamp damaged.npy --output restored.png
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(
    parsing: .unconditional,
    help: "How many to draw. (default: 100; with --clamp, the rows of its file)")
  var count: Int?
  @Option(parsing: .unconditional, help: "Gibbs steps of every chain.")
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
    try require(gibbsSteps >= 0, "--gibbs-steps must not be negative, got \(gibbsSteps)")
    try require(
      mask == nil || clamp != nil, "--mask says which values of --clamp are given: add it")
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    let rows = try draw(
      loaded, means: (values ?? (isPicture ? .means : .samples)) == .means, on: workers)
    if isPicture {
      let shape = loaded.pictureShape
      try Pictures.grid(rows.elements, height: shape.height, width: shape.width).save(to: output)
    } else {
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: output)
    }
    print("\(output): \(JouleCLI.format(rows.shape[0])) rows of \(rows.shape[1])")
  }

  private func draw(_ loaded: LoadedModel, means: Bool, on workers: Workers) throws -> Tensor<Float>
  {
    let machine = loaded.machine
    let key = RandomKey(seed: seed).folded("samples")
    let display = ProgressDisplay("sampling")
    defer { display.clear() }
    let clamped = try clampedRows(machine)
    let chains = count ?? clamped?.shape[0] ?? 100
    let start = try startRows(machine, chains, key)
    if let clamped {
      let fixed = clamped.rows(at: (0..<chains).map { $0 % clamped.shape[0] })
      var run = ParallelChains(at: start, key: key, on: workers) {
        ClampedBlockGibbs(machine, values: fixed.rows($0))
      }
      try run.advance(by: gibbsSteps, on: workers) { display.show($0) }
      return means ? run.gathered { $0.visibleMean(of: $1) } : run.position
    }
    var run = ParallelChains(at: start, key: key, on: workers) { _ in BlockGibbs(machine) }
    if gibbsSteps > 0 {
      try run.sample(SamplingPlan(warmUp: 0, samples: gibbsSteps), on: workers) { progress in
        display.show(progress.fraction, progress.figures.joined(separator: ", "))
        return .proceed
      }
    }
    return means
      ? run.gathered { machine.visibleMean(given: $0.completion(of: $1).hiddenMean) }
      : run.position
  }

  private func startRows(
    _ machine: RestrictedBoltzmannMachine<Float>, _ chains: Int, _ key: RandomKey
  ) throws -> Tensor<Float> {
    guard let data else {
      return machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: chains, using: ChainRandom(key: key.folded("start")))
    }
    let rows = try load(data, for: machine, allowingMissing: false)
    let used = Swift.min(rows.rowCount, chains)
    let start: Tensor<Float> = rows.batch(
      0..<used, binarization: binarize, using: ChainRandom(key: key.folded("data")))
    return start.rows(at: (0..<chains).map { $0 % used })
  }

  /// The rows of --clamp, NaN where a value is missing.
  private func clampedRows(_ machine: RestrictedBoltzmannMachine<Float>) throws -> Tensor<Float>? {
    guard let clamp else { return nil }
    let given = try load(clamp, for: machine, allowingMissing: true)
    let all = 0..<given.rowCount
    // Thresholds and draws do not keep NaN, so what is missing is found in the plain values.
    let plain: Tensor<Float> = given.batch(all)
    var elements =
      binarize == .none
      ? plain.elements
      : (given.batch(
        all, binarization: binarize, using: ChainRandom(key: RandomKey(seed: seed).folded("clamp")))
        as Tensor<Float>).elements
    for index in elements.indices where plain.elements[index].isNaN { elements[index] = .nan }
    if let mask {
      let marks = try load(mask, for: machine, allowingMissing: false)
      try require(
        marks.rowCount == given.rowCount,
        "\(mask) has \(marks.rowCount) rows, \(clamp) has \(given.rowCount)")
      let known: Tensor<Float> = marks.batch(all)
      for index in elements.indices where known.elements[index] < 0.5 { elements[index] = .nan }
    }
    return Tensor(shape: plain.shape, elements: elements)
  }

  private func load(
    _ path: String, for machine: RestrictedBoltzmannMachine<Float>, allowingMissing: Bool
  ) throws -> Dataset {
    let loaded = try DataFile.load(path)
    try loaded.requireProbabilities(allowingMissing: allowingMissing)
    // One picture is one row, however its file counts them.
    if loaded.dataset.columnCount != machine.variableCount,
      loaded.dataset.rowCount * loaded.dataset.columnCount == machine.variableCount
    {
      return loaded.dataset.reshaped(columnCount: machine.variableCount)
    }
    try loaded.requireColumns(machine.variableCount, of: "the model")
    try require(loaded.dataset.rowCount > 0, "\(path) holds no rows")
    return loaded.dataset
  }
}
