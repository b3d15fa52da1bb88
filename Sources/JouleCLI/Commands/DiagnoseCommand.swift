import ArgumentParser
import Foundation
import Joule

/// `joule diagnose`.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract:
      "Says whether Markov chains have converged, and how far their estimates can be trusted.",
    discussion: """
      joule diagnose chain-1.csv chain-2.csv chain-3.csv chain-4.csv
      joule diagnose draws.npy --burn-in 500 --plot draws.svg

      A file is a chain, as CSV with a header and a row a draw, or as Stan writes it (its warm-up is left \
      out, its divergences, tree depths and energies are reported). Or a file holds all chains: a table \
      with columns 'chain' and 'draw' beside the variables, or NPY of shape [chain, draw, variable]. Run \
      at least four chains, from different starting points.

      The table has a line for each variable, the worst first:
        mean, sd, 5 %, 50 %, 95 %   of all draws together
        MCSE       the Monte-Carlo standard error of the mean: its last digits mean nothing
        ESS        how many independent draws would tell as much, about the bulk of the distribution \
      and about its tails; 400 are enough for steady figures
        R-hat      how much wider all chains together are than one alone, by ranks; below 1.01 they agree
      A dash is a figure that is not defined: of draws that are not finite, of chains that never move.

      The rules are those of the R package posterior (Vehtari, Gelman, Simpson, Carpenter and Bürkner, \
      Bayesian Analysis 16, 2021).
      """)

  @Argument(help: "The chains: CSV, TSV or NPY, gzip allowed.")
  var chains: [String]
  @Option(help: "Draws of each chain to leave out first, beyond what the files mark as warm-up.")
  var burnIn = 0
  @Option(
    name: .customLong("variable"),
    help: "Only this variable, or all elements of it: 'theta' is theta[1], theta[2], … Repeatable.")
  var variables: [String] = []
  @Option(help: "Lines of the table; 0 shows all variables.")
  var limit = 30
  @Option(
    help: "Draw traces, ranks and autocorrelations of the worst variables into this SVG file.")
  var plot: String?
  @Option(help: "How many variables to draw.")
  var plotCount = 4
  @Flag(help: "Exit with code 1 unless the verdict is that the chains have converged.")
  var strict = false
  @OptionGroup var threading: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    try require(burnIn >= 0, "--burn-in must not be negative, got \(burnIn)")
    try require(limit >= 0, "--limit must not be negative, got \(limit)")
    try require(plotCount > 0, "--plot-count must be at least 1, got \(plotCount)")
    let workers = try threading.workers()
    let display = ProgressDisplay("reading")
    let files = try ChainFiles.load(chains, leavingOut: burnIn) { count in
      display.show(Double(count) / Double(chains.count))
    }
    display.clear()
    let draws = files.draws
    try require(
      draws.drawCount >= Self.leastDrawCount,
      "\(chains[0]): \(draws.drawCount == 1 ? "each chain has one draw" : "chains have \(draws.drawCount) draws") "
        + "to judge, and at least \(Self.leastDrawCount) are needed: chains are compared by their halves"
    )
    let lines = try selected(draws.diagnostics(on: workers))
    let verdict = ConvergenceVerdict(lines, chainCount: draws.chainCount)
    if let plot {
      let names = Set(lines.worstFirst().prefix(plotCount).map(\.name))
      let shown = draws.variableNames.indices.filter { names.contains(draws.variableNames[$0]) }
      try DiagnosisPlots(draws, lines: lines.worstFirst(), variables: shown).save(to: plot)
    }
    let report = DiagnosisReport(
      files: files, paths: chains, burnIn: burnIn, lines: lines, verdict: verdict)
    print(format == .json ? report.json : report.text(limit: limit == 0 ? lines.count : limit))
    if format == .text, let plot { print("\nTraces, ranks and autocorrelations: \(plot)") }
    if strict && !verdict.isConverged { throw ExitCode(1) }
  }

  /// Halves of two draws are the least that have a variance.
  private static let leastDrawCount = 4

  /// The lines of the variables that were asked for.
  private func selected(_ lines: [VariableDiagnostics]) throws -> [VariableDiagnostics] {
    if variables.isEmpty { return lines }
    for name in variables {
      try require(
        lines.contains { Self.matches($0.name, name) },
        "--variable \(name): there is none; \(chains[0]) has "
          + lines.prefix(8).map(\.name).joined(separator: ", ") + (lines.count > 8 ? ", …" : ""))
    }
    return lines.filter { line in variables.contains { Self.matches(line.name, $0) } }
  }

  private static func matches(_ variable: String, _ name: String) -> Bool {
    variable == name || variable.hasPrefix(name + "[")
  }
}
