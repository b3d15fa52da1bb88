import Foundation
import Joule

/// The page of a run: what was trained, how it went, how good it is.
struct RunReport<Kind: TrainableKind> {
  let kind: Kind
  let configuration: RunConfiguration<Kind.Settings>
  let report: LikelihoodReport
  let judgedPath: String
  let epochs: [EpochRecord]
  /// What was said of the run while it trained.
  let advice: [String]
  let pictures: [ReportContent.Picture]
  let sampleCharts: [Chart]

  var content: ReportContent {
    let common = configuration.common
    return ReportContent(
      title:
        "\(kind.caption.kind) \(kind.caption.architecture) on "
        + (common.data.path as NSString).lastPathComponent,
      summary:
        "\(kind.sentence), trained for \(common.epochs) epochs on "
        + "\(format(common.data.rows)) rows and judged on \(format(report.rows)) rows of "
        + "\(judgedPath).",
      warnings: report.warnings + advice, scores: scores, charts: sampleCharts + charts,
      pictures: pictures,
      tables: tables)
  }

  private var scores: [ReportContent.Score] {
    // What readers look for first comes first.
    let lines = report.lines.filter { !$0.name.hasPrefix(" ") }
    return
      (lines.filter { $0.name == report.likelihoodName }
      + lines.filter { $0.name != report.likelihoodName }).map {
        .init(name: $0.name, value: $0.value, explanation: $0.meaning)
      }
  }

  private var charts: [Chart] {
    let kinds = Kind.curves.compactMap { curves in
      chart(
        curves.title, curves.explanation, curves.unit,
        curves.series.map { label, name in curve(label) { $0.scores[name] } })
    }
    let speed = chart(
      "Speed", "Training alone, without scores and checkpoints.", "rows a second",
      [curve("rows a second") { $0.samplesPerSecond }])
    return kinds + [speed].compactMap { $0 }
  }

  private func curve(_ name: String, _ value: (EpochRecord) -> Double?) -> Chart.Series {
    .init(
      name: name,
      points: epochs.compactMap { record in
        value(record).map { (x: Double(record.epoch), y: $0) }
      })
  }

  /// Nothing where there is nothing to draw, such as scores of rows that were not held out.
  private func chart(
    _ title: String, _ explanation: String, _ yLabel: String, _ series: [Chart.Series]
  ) -> Chart? {
    let drawn = series.filter { !$0.points.isEmpty }
    if drawn.isEmpty { return nil }
    return .init(
      title: title, explanation: explanation, x: "epoch", y: Chart.Axis(yLabel), series: drawn)
  }

  private var tables: [ReportContent.Table] {
    var rows = [["Scored epochs", String(epochs.count)]]
    if let seconds = epochs.last?.trainingSeconds {
      rows.append(["Training, without scores and checkpoints", format(seconds: seconds)])
    }
    if let best = epochs.map(\.samplesPerSecond).max() {
      rows.append(["Fastest epoch", "\(format(Int(best))) rows a second"])
    }
    return [
      .init(
        title: "Scores in full", header: ["", "value", ""],
        rows: report.lines.map { [$0.name, $0.value, $0.meaning] }),
      .init(title: "Configuration", rows: configuration.summary.map { [$0.0, $0.1] }),
      .init(title: "Timing", rows: rows),
    ]
  }
}
