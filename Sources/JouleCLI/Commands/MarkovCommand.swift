import ArgumentParser
import Joule

/// `joule markov`.
struct MarkovCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "markov",
    abstract: "Explains a finite Markov chain: where it goes, where it settles, and how fast.",
    discussion: """
      The file holds the transition matrix, as CSV, TSV or NPY. Each column says what follows one state: the \
      entry in row i and column j is the probability that state i comes next when the chain is in j, so \
      columns sum to one. Many books write rows instead: then add --rows. A header names the states, and a \
      first column of names may stand beside the rows; without them states are called 1, 2, 3, … A table with \
      the header from,to,probability lists the transitions of a sparse chain instead, by number.

      The report goes from the graph (which states can reach which, periods) over the stationary distributions \
      and detailed balance to the speed: eigenvalues, spectral gap, mixing time, hitting times. A chain that \
      is not ergodic is explained, not refused.

      joule markov weather.csv
      joule markov weather.csv --start rain --simulate 10000 --plot weather.svg
      joule markov weather.csv --format json

      In JSON, states are numbered from 0 in the order of the file, matrices are lists of rows, and what is \
      infinite or does not exist is null.
      """)

  @Argument(help: "The transition matrix: CSV, TSV or NPY.")
  var matrix: String
  @Flag(help: "Rows say what follows a state, and sum to one.")
  var rows = false
  @Option(help: "The state to begin in, by its name. (default: the first)")
  var start: String?
  @Option(help: "Hitting times of this state alone, by its name. (default: all, up to 100 states)")
  var target: String?
  @Option(help: "What remains of the start after the mixing time, in total variation.")
  var threshold = 0.25
  @Option(help: "How far from one the sum of a column may be; it is divided out.")
  var tolerance = MarkovChain.sumTolerance
  @Option(help: "Walk so many steps, and compare where it was with what is expected.")
  var simulate: Int?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @Option(help: "Draw distributions, eigenvalues and distances to this SVG file.")
  var plot: String?
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  private static let longestWalk = 10_000_000

  func run() throws {
    try require(
      threshold > 0 && threshold < 1, "--threshold must be between 0 and 1, got \(threshold)")
    try require(
      tolerance >= 0 && tolerance < 0.5,
      "--tolerance must not be negative and be below 0.5, got \(tolerance)")
    if let simulate {
      try require(
        simulate > 0 && simulate <= Self.longestWalk,
        "--simulate must be from 1 to \(JouleCLI.format(Self.longestWalk)), got \(simulate)")
    }
    if let plot {
      try require(
        plot.lowercased().hasSuffix(".svg"), "--plot must end in .svg, got '\(plot)'")
    }
    let workers = try threads.workers()
    BLASThreads.set(1)
    let chain = try MarkovInput.load(matrix, byRows: rows, tolerance: tolerance)
    let display = ProgressDisplay("analysing")
    defer { display.clear() }
    let analysis: MarkovAnalysis
    do {
      analysis = try MarkovAnalysis(
        of: chain, path: matrix, start: try start.map { try state($0, "--start", in: chain) } ?? 0,
        target: try target.map { try state($0, "--target", in: chain) }, threshold: threshold,
        walk: simulate.map { ($0, seed) }, workers: workers, display: display)
    } catch let error as MarkovChainError {
      throw Failure("\(matrix): \(error)")
    }
    display.clear()
    if let plot { try ChartSheet(analysis.charts(on: workers)).save(to: plot) }
    print(format == .json ? analysis.json.indentedText : analysis.text, terminator: "")
  }

  /// The number of a state that an option names.
  private func state(_ name: String, _ option: String, in chain: MarkovChain) throws -> Int {
    if let state = chain.stateNames.firstIndex(of: name) { return state }
    let names = chain.stateNames.prefix(8).joined(separator: ", ")
    throw Failure(
      "\(option) '\(name)' is no state of \(matrix); there are "
        + names + (chain.stateCount > 8 ? ", … (\(chain.stateCount))" : ""))
  }
}
