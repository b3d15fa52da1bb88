import Foundation
import Joule

/// What `joule diagnose` prints.
struct DiagnosisReport {
  let files: ChainFiles
  let paths: [String]
  let burnIn: Int
  let lines: [VariableDiagnostics]
  let verdict: ConvergenceVerdict

  // MARK: JSON

  /// One object: `variables`, in the order of the files. A figure that is not defined is null; JSON has no
  /// infinity, so that of an R-hat is the largest number.
  var json: String {
    let variables = lines.map { line in
      JSON.Member(
        line.name,
        [
          "mean": JSON(line.mean), "mcse_mean": Self.number(line.meanError),
          "sd": JSON(line.standardDeviation), "mcse_sd": Self.number(line.standardDeviationError),
          "q5": JSON(line.lowerQuantile), "q50": JSON(line.median),
          "q95": JSON(line.upperQuantile),
          "ess_bulk": Self.number(line.bulkEffectiveSampleSize),
          "ess_tail": Self.number(line.tailEffectiveSampleSize), "rhat": Self.number(line.rHat),
        ])
    }
    return String(
      JSON.object([JSON.Member("variables", .object(variables))]).indentedText.dropLast())
  }

  private static func number(_ value: Double?) -> JSON {
    value.map { JSON(min($0, .greatestFiniteMagnitude)) } ?? nil
  }

  // MARK: Text

  func text(limit: Int) -> String {
    let shown = lines.worstFirst().prefix(limit)
    var text = heading + "\n\n" + table(Array(shown))
    if shown.count < lines.count {
      text +=
        "and \(JouleCLI.format(lines.count - shown.count)) variables more; --limit 0 shows all\n"
    }
    if let sampler = samplerText { text += "\n" + sampler }
    text += "\n" + verdict.sentences.joined(separator: "\n")
    let constants = lines.filter { if case .constant = $0.defect { true } else { false } }
    if !constants.isEmpty {
      text +=
        "\nConstant in all chains, so not judged: "
        + constants.prefix(8).map(\.name).joined(separator: ", ")
        + (constants.count > 8 ? " and \(constants.count - 8) more." : ".")
    }
    return text
  }

  private var heading: String {
    let draws = files.draws
    let chains = draws.chainCount == 1 ? "1 chain" : "\(draws.chainCount) chains"
    var text = "\(chains) of \(JouleCLI.format(draws.drawCount)) draws, "
    text += lines.count == 1 ? "1 variable" : "\(JouleCLI.format(lines.count)) variables"
    let left = [
      files.warmUpCount > 0 ? "\(JouleCLI.format(files.warmUpCount)) of warm-up" : nil,
      burnIn > 0 ? "the first \(JouleCLI.format(burnIn))" : nil,
    ].compactMap { $0 }
    return left.isEmpty ? text : text + " (left out: \(left.joined(separator: " and ")))"
  }

  private static let titles = [
    "", "mean", "MCSE", "sd", "5 %", "50 %", "95 %", "ESS bulk", "ESS tail", "R-hat", "",
  ]

  private func table(_ shown: [VariableDiagnostics]) -> String {
    var rows = [Self.titles]
    for line in shown {
      let figures = [
        line.mean, line.meanError, line.standardDeviation, line.lowerQuantile, line.median,
        line.upperQuantile,
      ]
      rows.append(
        [line.name] + figures.map(Self.figure)
          + [Self.size(line.bulkEffectiveSampleSize), Self.size(line.tailEffectiveSampleSize)]
          + [line.rHat.map { JouleCLI.format($0, digits: 3) } ?? "-", Self.note(line)])
    }
    let widths = Self.titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var text = row[0].padding(toLength: widths[0], withPad: " ", startingAt: 0)
      for column in 1..<row.count - 1 {
        text += String(repeating: " ", count: 2 + widths[column] - row[column].count) + row[column]
      }
      return row[row.count - 1].isEmpty ? text + "\n" : text + "  " + row[row.count - 1] + "\n"
    }.joined()
  }

  private static func figure(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "-" }
    return String(format: "%.4g", value)
  }

  private static func size(_ value: Double?) -> String {
    value.map { $0 < 1e15 ? JouleCLI.format(Int($0)) : figure($0) } ?? "-"
  }

  /// What is wrong with a line, as briefly as it can be said.
  private static func note(_ line: VariableDiagnostics) -> String {
    switch line.defect {
    case .notFinite(let chain, let draw, let value):
      return "\(value) at chain \(chain + 1), draw \(draw + 1)"
    case .constant: return "constant"
    case .stuck(let chain, _): return "chain \(chain + 1) is stuck"
    case .short: return "too short"
    case nil: break
    }
    let sizes = [line.bulkEffectiveSampleSize, line.tailEffectiveSampleSize].compactMap { $0 }
    return [
      (line.rHat ?? 0) >= ConvergenceVerdict.rHatLimit ? "R-hat" : nil,
      sizes.contains { $0 < ConvergenceVerdict.leastEffectiveSampleSize } ? "ESS" : nil,
    ].compactMap { $0 }.reduce("") { $0.isEmpty ? "<- " + $1 : $0 + ", " + $1 }
  }

  // MARK: The sampler

  private var samplerText: String? {
    guard !files.samplerColumns.isEmpty else { return nil }
    func trace(_ name: String) -> Trace? {
      files.samplerColumns[name].map {
        Trace($0.elements, chainCount: files.draws.chainCount)
      }
    }
    let depths = trace("treedepth__")
    let sampler = SamplerDiagnostics(
      divergent: trace("divergent__"), treeDepth: depths,
      treeDepthLimit: files.treeDepthLimit ?? 10, acceptance: trace("accept_stat__"),
      energy: trace("energy__"))
    func line(_ title: String, _ values: [String]) -> String {
      title.padding(toLength: 28, withPad: " ", startingAt: 0) + values.joined(separator: "  ")
        + "\n"
    }
    func perChain(_ value: (SamplerDiagnostics.Chain) -> String?) -> [String]? {
      let values = sampler.chains.map(value)
      return values.contains { $0 != nil } ? values.map { $0 ?? "-" } : nil
    }
    var text = ""
    if let counts = perChain({ $0.divergenceCount.map(String.init) }) {
      text += line("divergences a chain", counts)
    }
    if let counts = perChain({ $0.saturationCount.map(String.init) }) {
      text += line("at tree depth \(sampler.treeDepthLimit) or more", counts)
    }
    if let means = perChain({ $0.meanAcceptance.map { JouleCLI.format($0, digits: 3) } }) {
      text += line("acceptance statistic", means)
    }
    if let fractions = perChain({ $0.energyFraction.map { JouleCLI.format($0, digits: 3) } }) {
      text += line("E-BFMI", fractions)
    }
    for warning in sampler.warnings { text += "Warning: \(warning).\n" }
    return text.isEmpty ? nil : text
  }
}
