import ArgumentParser
import Foundation
import Joule

/// What follows the last update of a run: a likelihood, samples, pictures and the report.
struct RunConclusion<Kind: TrainableKind> {
  let kind: Kind
  let configuration: RunConfiguration<Kind.Settings>
  let data: RunData
  let folder: RunFolder
  let records: RunRecords
  let settings: RunSettings
  let signal: StopSignal
  /// What to type to finish a run that was stopped here.
  let continuation: String

  private static var judgedRows: Int { 10_000 }
  private static var pictureCount: Int { 100 }
  private static var chartCount: Int { 1000 }

  /// One record of metrics.jsonl.
  private struct FinalRecord: Encodable {
    var record = "final"
    var data: String
    var likelihood: LikelihoodReport
  }

  func execute() throws {
    let display = ProgressDisplay("judging", isQuiet: settings.isQuiet)
    var judged = data.judged
    judged.rows.dataset = judged.rows.dataset.prefix(Self.judgedRows)
    display.print("judging the model on \(judged.path)")
    let report = try kind.likelihood(
      LikelihoodRequest(
        rows: judged.rows, key: configuration.key.folded("evaluation"),
        workers: settings.workers, display: display))
    try requireNoSignal()
    try records.append(record: FinalRecord(data: judged.path, likelihood: report))
    _ = try records.settle()
    let samples = try samples()
    try requireNoSignal()
    let parts = kind.partsPicture(shape: shape)
    try samples.picture?.image.save(to: folder.samples)
    if !samples.charts.isEmpty {
      try ChartSheet(samples.charts).save(to: folder.sampleCharts)
    }
    try parts?.image.save(to: folder.filters)
    try ReportPage.save(
      RunReport(
        kind: kind, configuration: configuration, report: report, judgedPath: judged.path,
        epochs: RunRecords.epochs(in: try MetricsLog.records(folder.metrics)),
        pictures: [samples.picture, parts].compactMap { $0 }, sampleCharts: samples.charts
      ).content, to: folder.report)
    if !settings.isQuiet { print(report.text) }
  }

  /// Training is complete and saved by now; resuming only repeats the conclusion.
  private func requireNoSignal() throws {
    guard let number = signal.received else { return }
    ProgressDisplay("judging", isQuiet: settings.isQuiet).print(
      "stopped after training, before the report. To finish: \(continuation)")
    throw ExitCode(128 + number)
  }

  private var shape: (height: Int, width: Int) {
    configuration.common.imageShape ?? (1, kind.variableCount)
  }

  /// What the model draws, Markov chains starting at rows of the training data: a picture where rows are
  /// images or may be, charts elsewhere.
  private func samples() throws -> (picture: ReportContent.Picture?, charts: [Chart]) {
    let isPicture = Kind.values == .unit || configuration.common.imageShape != nil
    let count = isPicture ? Self.pictureCount : Self.chartCount
    let key = configuration.key.folded("pictures")
    let statistics = DataStatistics<Float>(
      of: data.fileRows.training.dataset, binarization: data.fileRows.training.binarization,
      exampleCount: count, key: key.folded("rows"))
    // A display of its own: what is left is judged by this work's own pace.
    let display = ProgressDisplay("drawing samples", isQuiet: settings.isQuiet)
    defer { display.clear() }
    let drawn = try kind.draw(
      DrawRequest(
        count: count, start: statistics.startRows(count), steps: Kind.samples.steps,
        wantsMeans: Kind.samples.areMeans, key: key.folded("chains"), workers: settings.workers,
        display: display))
    func restored(_ rows: Tensor<Float>) -> Tensor<Float> {
      data.standardization?.restored(rows) ?? rows
    }
    if isPicture {
      let image = Pictures.grid(
        restored(drawn).elements, height: shape.height, width: shape.width)
      return (
        .init(title: "Samples", explanation: Kind.samples.explanation, image: image), []
      )
    }
    let charts = SampleCharts(
      data: restored(statistics.examples), samples: restored(drawn),
      explanation: Kind.samples.explanation, names: data.training.columnNames,
      scale: Kind.energyScale)
    return (
      nil,
      charts.all { grid in
        kind.energies(
          of: ModelRows(Dataset(grid), binarization: .none, data.standardization), key: key,
          on: settings.workers)
      }
    )
  }
}
