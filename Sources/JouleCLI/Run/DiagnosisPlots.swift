import Joule

/// Pictures of chains: traces, ranks and autocorrelations, a row a variable.
struct DiagnosisPlots {
  private let sheet: ChartSheet

  /// - Parameters:
  ///   - lines: the order of the rows.
  ///   - variables: which to draw.
  init(_ draws: Draws<Double>, lines: [VariableDiagnostics], variables: [Int]) {
    let places = Dictionary(uniqueKeysWithValues: variables.map { (draws.variableNames[$0], $0) })
    let charts = lines.flatMap { line in
      places[line.name].map { Self.charts(line, Trace(draws, variable: $0)) } ?? []
    }
    // How to read them stands below the first row.
    sheet = ChartSheet(
      charts.enumerated().map { place, chart in
        var chart = chart
        if place >= 3 { chart.explanation = "" }
        return chart
      }, columnCount: 3)
  }

  func save(to path: String) throws { try sheet.save(to: path) }

  private static func charts(_ line: VariableDiagnostics, _ trace: Trace) -> [Chart] {
    [traces(line, trace), ranks(line, trace), autocorrelations(line, trace)]
  }

  private static func name(_ chain: Int) -> String { "chain \(chain + 1)" }

  private static func traces(_ line: VariableDiagnostics, _ trace: Trace) -> Chart {
    let rHat = line.rHat.map { ", R-hat \(JouleCLI.format($0, digits: 3))" } ?? ""
    return Chart(
      title: line.name + rHat,
      explanation: "Chains that agree wander over the same values, without a trend.",
      x: "draw", y: Chart.Axis(line.name),
      series: (0..<trace.chainCount).map { chain in
        Chart.Series(
          name: name(chain),
          points: trace.chain(chain).enumerated().map { (Double($0.offset + 1), $0.element) })
      })
  }

  /// Steps through the counts of twenty bins of ranks.
  private static func ranks(_ line: VariableDiagnostics, _ trace: Trace) -> Chart {
    let binCount = min(20, max(2, trace.drawCount / 5))
    let counts = trace.rankCounts(binCount: binCount) ?? []
    let width = Double(trace.values.count) / Double(binCount)
    let expected = Double(trace.drawCount) / Double(binCount)
    return Chart(
      title: "Ranks of \(line.name)",
      explanation: "How many draws of each chain have a rank among all draws: level lines where "
        + "chains agree, within about ±\(Int((2 * expected.squareRoot()).rounded())) by chance "
        + "where draws are independent.",
      x: "rank among all draws",
      y: Chart.Axis("draws", range: 0...max(1, Double(counts.joined().max() ?? 1) * 1.1)),
      series: counts.enumerated().map { chain, bins in
        Chart.Series(
          name: name(chain),
          points: (bins + [bins[bins.count - 1]]).enumerated().map {
            (Double($0.offset) * width, Double($0.element))
          }, mark: .steps)
      }, guides: [.horizontal(expected)])
  }

  private static func autocorrelations(_ line: VariableDiagnostics, _ trace: Trace) -> Chart {
    let time = trace.autocorrelationTime.map { Int(min(3 * $0.value, 1e9)) } ?? 0
    let lag = min(max(30, time), trace.drawCount - 1)
    let size = line.bulkEffectiveSampleSize.map { ", bulk ESS \(JouleCLI.format(Int($0)))" } ?? ""
    return Chart(
      title: "Autocorrelation of \(line.name)\(size)",
      explanation:
        "How like a draw is to one so many draws later: the sooner it falls to zero, the "
        + "more each draw tells.",
      x: "lag", y: Chart.Axis("autocorrelation"),
      series: trace.autocorrelations(upToLag: lag).enumerated().compactMap { chain, values in
        values.map { values in
          Chart.Series(
            name: name(chain), points: values.enumerated().map { (Double($0.offset), $0.element) })
        }
      }, guides: [.horizontal(0)])
  }
}
