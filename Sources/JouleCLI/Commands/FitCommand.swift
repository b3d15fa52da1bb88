import ArgumentParser
import Foundation
import Joule

/// `joule fit`.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits an exponential family to data, and says how well it fits.",
    discussion: """
      Rows are observations. The parameters of greatest likelihood are those whose expected statistics \
      are the data's: a formula gives them, or Newton's method with a proof of convergence. They are \
      printed as the textbook's parameters, as natural parameters and as means of the statistics, each \
      with standard errors.

      joule fit gamma --data waiting.csv --columns seconds --plot gamma.svg
      joule fit auto --data waiting.csv            compares the families whose support fits
      joule fit binomial --trials 12 --data successes.csv
      joule fit poisson --data goals.csv --columns goals --weights matches
      joule fit multivariate-gaussian --data points.csv --output normal.safetensors

      Families of one column: \(FamilyCatalog.names(ofSeveralColumns: false)). Of several columns: \
      \(FamilyCatalog.names(ofSeveralColumns: true)). Whole numbers are counted from 0: the geometric and \
      the negative binomial distribution count failures. Angles are in radians. A row of the Wishart \
      distribution is the lower triangle of a matrix, row by row.

      The p-value is that of a parametric bootstrap: data sets are drawn from the fitted distribution, \
      fitted anew, and compared with their own fit.
      """)

  @Argument(help: ArgumentHelp("The family, or auto.", valueName: "family"))
  var name: String?
  @Option(name: .customLong("family"), help: "The family, or auto: another way to name it.")
  var family: String?
  @Option(help: "The data: CSV, TSV or NPY, gzip allowed; a header names the columns.")
  var data: String
  @Option(help: "The columns to fit: names or numbers from 1, with commas. (default: all)")
  var columns: String?
  @Option(help: "A column that says how much each row counts.")
  var weights: String?
  @Option(help: "What weights are: how often a row was seen, or how much it stands for.")
  var weightsAre = WeightMeaning.counts
  @Option(parsing: .unconditional, help: "Trials of the binomial distribution.")
  var trials: Int?
  @Option(
    parsing: .unconditional,
    help: "Successes that the negative binomial distribution waits for; need not be whole.")
  var successes: Double?
  @Option(
    parsing: .unconditional,
    help: "Categories of the categorical distribution. (default: the largest value and one)")
  var categories: Int?
  @Option(
    parsing: .unconditional, help: "Data sets drawn for the p-value of the fit; 0 leaves it out.")
  var bootstrap = 199
  @Option(help: "Write the fitted distribution as a model file, which other commands take.")
  var output: String?
  @Option(help: "Draw the density over the histogram into an SVG file.")
  var plot: String?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup var threading: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    guard let chosen = name ?? family else {
      throw Failure("which family? name one, or auto: joule fit auto --data \(data)")
    }
    try require(
      name == nil || family == nil || name == family,
      "the family is named twice: '\(name ?? "")' and --family '\(family ?? "")'")
    try require(
      bootstrap >= 0 && bootstrap <= 100_000,
      "--bootstrap must be from 0 to 100000, got \(bootstrap)")
    let workers = try threading.workers()
    BLASThreads.set(1)
    let table = try FitData(
      path: data, columns: columns, weights: weights, weightsAre: weightsAre)
    let options = FamilyOptions(trials: trials, successes: successes, categories: categories)
    var comparison: [ComparedFamily] = []
    let picked: any FittedFamily
    if chosen == "auto" {
      comparison = FamilyCatalog.comparison(of: table, options)
      guard let best = comparison.first(where: { $0.report != nil }), let entry = best.family else {
        let reasons = comparison.map { "\($0.name): \($0.reason ?? "")" }.joined(separator: "; ")
        throw Failure("\(data): no family fits: \(reasons)")
      }
      picked = entry
    } else {
      picked = try FamilyCatalog.family(chosen, for: table, options)
    }
    let display = ProgressDisplay("drawing data sets for the p-value")
    var report = try FitReport.make(
      picked, table, replicates: bootstrap, key: RandomKey(seed: seed).folded("fit"),
      workers: workers, progress: { display.show($0) })
    display.clear()
    report.comparison = comparison.isEmpty ? nil : comparison
    if let output { try Self.save(picked, fittedTo: table, to: output) }
    if let plot { try FitPlot.sheet(picked, table, report).save(to: plot) }
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
  }

  private static func save<Family: FittedFamily>(
    _ family: Family, fittedTo table: FitData, to path: String
  ) throws {
    try FamilyKind(family.fit(table.rows, weights: table.weights).model).save(to: path)
  }
}
