import Foundation
import Joule

/// The page of a run: what was trained, how it went, how good it is.
struct RunReport {
  let configuration: RunConfiguration
  let report: LikelihoodReport
  let judgedPath: String
  let epochs: [EpochScores]
  let samples: GrayImage
  let filters: GrayImage

  var content: ReportContent {
    ReportContent(
      title:
        "RBM \(configuration.data.columns)-\(configuration.hidden) on "
        + (configuration.data.path as NSString).lastPathComponent,
      summary:
        "A restricted Boltzmann machine of \(configuration.data.columns) visible and "
        + "\(configuration.hidden) hidden units, trained for \(configuration.epochs) epochs on "
        + "\(format(configuration.data.rows)) rows and judged on \(format(report.rows)) rows of "
        + "\(judgedPath).",
      warnings: report.warnings, scores: scores, charts: charts, pictures: pictures,
      tables: tables)
  }

  private var scores: [ReportContent.Score] {
    // What readers look for first comes first.
    let lines = report.lines.filter { !$0.name.hasPrefix(" ") }
    return
      (lines.filter { $0.name == "log-likelihood" }
      + lines.filter { $0.name != "log-likelihood" }).map {
        .init(name: $0.name, value: $0.value, explanation: $0.meaning)
      }
  }

  private var charts: [Chart] {
    func curve(
      _ name: String, _ value: (EpochScores) -> Double?
    ) -> Chart.Series {
      .init(
        name: name,
        points: epochs.compactMap { scores in
          value(scores).map { (x: Double(scores.epoch), y: $0) }
        })
    }
    func chart(
      _ title: String, _ explanation: String, _ yLabel: String,
      _ series: [Chart.Series]
    ) -> Chart? {
      let drawn = series.filter { !$0.points.isEmpty }
      if drawn.isEmpty { return nil }
      return .init(
        title: title, explanation: explanation, x: "epoch", y: Chart.Axis(yLabel), series: drawn)
    }
    return [
      chart(
        "Pseudo-log-likelihood",
        "Each variable given all the others, on a fixed sample of rows; higher is better.",
        "nats a variable",
        [
          curve("training") { $0.pseudoLogLikelihood },
          curve("validation") { $0.validationPseudoLogLikelihood },
        ]),
      chart(
        "Free-energy gap",
        "Mean free energy of validation rows less that of training rows. It grows when the machine "
          + "learns its training rows by heart.", "nats a row",
        [curve("validation − training") { $0.freeEnergyGap }]),
      chart(
        "Reconstruction error",
        "How well the hidden units copy a row. It says little of how good the model is.",
        "mean absolute error", [curve("training") { $0.reconstructionError }]),
      chart(
        "Speed", "Training alone, without scores and checkpoints.", "rows a second",
        [curve("rows a second") { $0.samplesPerSecond }]),
    ].compactMap { $0 }
  }

  private var pictures: [ReportContent.Picture] {
    [
      .init(
        title: "Samples",
        explanation:
          "Drawn by 1,000 Gibbs steps from training rows; shown are the means that pixels "
          + "are drawn with.", image: samples),
      .init(
        title: "Filters",
        explanation: "The weights of hidden units: white turns a unit on, black turns it off; each "
          + "is scaled to its own largest.", image: filters),
    ]
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
