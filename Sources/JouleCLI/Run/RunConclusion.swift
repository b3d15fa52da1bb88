import ArgumentParser
import Foundation
import Joule

/// What follows the last update of a run: a likelihood, pictures and the report.
struct RunConclusion {
  typealias Machine = RestrictedBoltzmannMachine<Float>

  let machine: Machine
  let configuration: RunConfiguration
  let training: LoadedData
  let validation: LoadedData?
  let folder: RunFolder
  let records: RunRecords
  let settings: RunSettings
  let signal: StopSignal

  /// Layers of so few units are summed out exactly, which takes seconds at most.
  private static let exactBits = 16
  private static let annealing = (chains: 100, steps: 1000)
  private static let judgedRows = 10_000
  private static let pictureCount = 100
  private static let gibbsSteps = 1000

  /// One record of metrics.jsonl.
  private struct FinalRecord: Encodable {
    var record = "final"
    var data: String
    var likelihood: LikelihoodReport
  }

  func execute() throws {
    let judged = validation ?? training
    let display = ProgressDisplay("judging", isQuiet: settings.isQuiet)
    display.print("judging the model on \(judged.path)")
    let report = try LikelihoodEvaluation(
      machine: machine, data: judged.dataset.prefix(Self.judgedRows),
      binarization: configuration.binarize,
      method: machine.enumeratedBitCount <= Self.exactBits
        ? .exact
        : .annealed(chains: Self.annealing.chains, steps: Self.annealing.steps),
      key: configuration.key.folded("evaluation"), workers: settings.workers, display: display
    ).report()
    try requireNoSignal()
    try records.append(record: FinalRecord(data: judged.path, likelihood: report))
    _ = try records.settle()
    let samples = try samplePicture()
    try requireNoSignal()
    let filters = filterPicture()
    try samples.save(to: folder.samples)
    try filters.save(to: folder.filters)
    try ReportPage.save(
      RunReport(
        configuration: configuration, report: report, judgedPath: judged.path,
        epochs: RunRecords.epochs(in: try MetricsLog.records(folder.metrics)), samples: samples,
        filters: filters
      ).content, to: folder.report)
    if !settings.isQuiet { print(report.text) }
  }

  /// Training is complete and saved by now; resuming only repeats the conclusion.
  private func requireNoSignal() throws {
    guard let number = signal.received else { return }
    ProgressDisplay("judging", isQuiet: settings.isQuiet).print(
      "stopped after training, before the report. To finish: "
        + (settings.continuation ?? "joule train rbm --resume --output \(folder.path)"))
    throw ExitCode(128 + number)
  }

  private var shape: (height: Int, width: Int) {
    configuration.imageShape ?? (1, machine.variableCount)
  }

  /// What the machine draws after many Gibbs steps from rows of the training data.
  private func samplePicture() throws -> GrayImage {
    let key = configuration.key.folded("pictures")
    let statistics = DataStatistics<Float>(
      of: training.dataset, binarization: configuration.binarize,
      exampleCount: Self.pictureCount, key: key.folded("rows"))
    // A display of its own: what is left is judged by this work's own pace.
    let display = ProgressDisplay("drawing samples", isQuiet: settings.isQuiet)
    defer { display.clear() }
    let kernel = BlockGibbs(machine)
    var chains = ParallelChains(
      at: statistics.startRows(Self.pictureCount), key: key.folded("chains"),
      on: settings.workers
    ) { _ in kernel }
    try chains.advance(by: Self.gibbsSteps, on: settings.workers) { display.show($0) }
    let means = chains.gathered { machine.visibleMean(given: $0.completion(of: $1).hiddenMean) }
    return Pictures.grid(means.elements, height: shape.height, width: shape.width)
  }

  /// The weights of the first hidden units, each scaled to its own largest.
  private func filterPicture() -> GrayImage {
    let count = min(Self.pictureCount, machine.hiddenCount)
    return Pictures.grid(
      machine.weights.columns(0..<count).transposed().elements, height: shape.height,
      width: shape.width, scale: .symmetricPerTile)
  }
}
