public import ArgumentParser
import Foundation
public import Joule

/// `joule ising`.
struct IsingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ising",
    abstract: "Samples the Ising model on a square torus, beside what is known exactly.",
    discussion: """
      N = L² spins of ±1 on a grid whose edges are joined, each tied to its four neighbours,

        E(s) = −Σ s s',   p(s) = exp(−E(s) / T) / Z.

      Below Tc = 2 / log(1 + √2) = 2.26919 most spins agree, above they do not; at Tc there are clusters of \
      every size. At each temperature the command reports, with standard errors,

        energy       ⟨e⟩ = ⟨E⟩ / N          beside Kaufman's formula for this torus
        spec. heat   C = N (⟨e²⟩ − ⟨e⟩²) / T²   likewise
        |m|          ⟨|Σ s|⟩ / N            beside Yang's for the infinite lattice
        suscept.     χ = N (⟨m²⟩ − ⟨|m|⟩²) / T
        Binder       U = 1 − ⟨m⁴⟩ / 3⟨m²⟩²: curves of different L cross at Tc

      Up to L = 4 all of them stand beside the sum over all states.

      gibbs           one site after another, drawn given its neighbours: 64 spins a word where L is even. \
      Near Tc it takes of the order of L² sweeps to forget a state
      metropolis      the same with flips that are accepted or rejected
      swendsen-wang   all clusters at once: a few sweeps are enough, at any temperature
      wolff           one cluster at a time, as many a sweep as flip about N spins

      Errors allow for the correlation of successive states. Chains start in order below Tc, half of them in \
      disorder above; R-hat from 1.01 on and effective sample sizes below 400 are warned of.

      joule ising --size 32 --temperature 1.5:3.5:0.1 --sweeps 10000 --output ising
      joule ising --size 64 --temperature Tc --sweeps 20000 --method swendsen-wang
      joule ising --size 1024 --temperature 2.0,Tc,2.6 --sweeps 2000 --output ising.svg
      """)

  @Option(
    parsing: .unconditional,
    help: "L, the side of the torus, from 2 on; from 3 on for metropolis.")
  var size: Int
  @Option(
    parsing: .unconditional,
    help: """
      A temperature, several with commas, or a range from:to:step with both ends; Tc is the critical \
      temperature. Boltzmann's constant and J are 1.
      """)
  var temperature = "1.5:3.5:0.1"
  @Option(
    parsing: .unconditional,
    help: "Sweeps of each chain that count: a sweep is a draw of every site.")
  var sweeps = 10_000
  @Option(
    parsing: .unconditional,
    help: "Sweeps of each chain before them. (default: a fifth as many, at least 100)")
  var burnIn: Int?
  @Option(help: "How states change.")
  var method = TorusSampler.Method.gibbs
  @Option(
    help: """
      How gibbs and metropolis keep spins: words, 64 of them in each, for even L from 4 on, or lattice, a number \
      each with couplings of its own. (default: words where they fit)
      """)
  var layout: TorusSampler.Layout?
  @Option(parsing: .unconditional, help: "Independent chains at each temperature.")
  var chains = 4
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup var threading: ThreadOptions
  @Option(
    help: """
      Where plots go: an .svg file for the curves, a .png file for pictures of states at up to three \
      temperatures, or a folder for both and the report as JSON.
      """)
  var output: String?
  @Option(
    help: """
      Write the model of the one temperature given as a model file: what other commands take, to multiply it with \
      models of images of this size, say.
      """)
  var model: String?
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    let workers = try threading.workers()
    let temperatures = try TemperatureList(temperature).values
    try checkNumbers()
    if let model { try save(temperatures, to: model) }
    let job = IsingJob(
      side: size, temperatures: temperatures, sweeps: sweeps,
      burnIn: burnIn ?? max(100, sweeps / 5),
      method: method, layout: layout, chainCount: chains,
      key: RandomKey(seed: seed).folded("ising"),
      workers: workers)
    try checkMemory(of: job)
    let target = try output.map { try IsingOutput($0) }
    let display = ProgressDisplay("sampling")
    let result = try job.run { display.show($0) }
    display.clear()
    let report = IsingReport(result, of: job, seed: seed)
    try target?.write(report, result)
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
    if format == .text, let target { print("\n\(target.words)") }
  }

  /// Couplings 1 / T between the neighbours on the torus.
  private func save(_ temperatures: [Double], to path: String) throws {
    try require(
      temperatures.count == 1,
      "--model is of one temperature, got \(temperatures.count): say --temperature 2.3, for one")
    try require(
      (3...4096).contains(size),
      "--model is of a torus of side 3 to 4096, got \(size): on a smaller one neighbours are joined twice"
    )
    let torus = Lattice(height: size, width: size, boundary: .periodic)
    try IsingKind(IsingModel(torus, coupling: Float(1 / temperatures[0])))
      .save(to: path, imageShape: (size, size))
  }

  private func checkNumbers() throws {
    let least = TorusSampler.leastSide(method: method)
    try require(
      size >= least, "--size must be at least \(least) for \(method.rawValue), got \(size)")
    if layout != nil {
      try require(
        TorusSampler.layout(side: size, method: method, wanted: layout) != nil,
        "--layout is for gibbs and metropolis, and words are for even sizes from 4 on; got \(method.rawValue) on "
          + "a torus of side \(size)")
    }
    try require(
      TorusSampler.isPossible(side: size, method: method, layout: layout),
      "a torus of side \(size) is too large for \(method.rawValue): the side may be up to 65,536 if it is "
        + "even and spins are kept in words (gibbs, metropolis), else up to 11,585")
    try require(
      (1...1_000_000_000).contains(sweeps),
      "--sweeps must be from 1 to 1,000,000,000, got \(sweeps)")
    try require(
      (0...1_000_000_000).contains(burnIn ?? 0),
      "--burn-in must be from 0 to 1,000,000,000, got \(burnIn ?? 0)")
    try require((1...1024).contains(chains), "--chains must be from 1 to 1024, got \(chains)")
  }

  private func checkMemory(of job: IsingJob) throws {
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    try require(
      job.memory < 0.9 * available,
      "\(chains) chains of \(JouleCLI.format(sweeps)) sweeps on a torus of side \(size) take some "
        + "\(JouleCLI.format(job.memory / 1e9, digits: 1)) GB, this machine has "
        + "\(JouleCLI.format(available / 1e9, digits: 1)) GB: take fewer --chains or --sweeps, or a smaller "
        + "--size")
  }
}

extension TorusSampler.Method: ExpressibleByArgument {}
extension TorusSampler.Layout: ExpressibleByArgument {}

/// Where the plots of `joule ising` go.
struct IsingOutput {
  private let path: String
  private let kind: Kind

  private enum Kind { case curves, picture, folder }

  /// - Throws: when nothing can be written there.
  init(_ path: String) throws {
    self.path = path
    let name = path.lowercased()
    kind = name.hasSuffix(".svg") ? .curves : name.hasSuffix(".png") ? .picture : .folder
    let files = FileManager.default
    var isFolder: ObjCBool = false
    let exists = files.fileExists(atPath: path, isDirectory: &isFolder)
    if kind == .folder {
      try require(!exists || isFolder.boolValue, "--output \(path): there is a file of that name")
    } else {
      try require(!isFolder.boolValue, "--output \(path): there is a folder of that name")
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try require(
      files.fileExists(atPath: parent, isDirectory: &isFolder) && isFolder.boolValue,
      "--output \(path): there is no folder \(parent)")
  }

  func write(_ report: IsingReport, _ result: IsingJob.Result) throws {
    switch kind {
    case .curves: try IsingPlot.sheet(report).save(to: path)
    case .picture: try IsingPlot.picture(result, side: report.size).save(to: path)
    case .folder:
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      try IsingPlot.sheet(report).save(to: "\(path)/curves.svg")
      try IsingPlot.picture(result, side: report.size).save(to: "\(path)/spins.png")
      try AtomicFile.write(try encodeJSON(report, pretty: true) + "\n", to: "\(path)/ising.json")
    }
  }

  var words: String {
    switch kind {
    case .curves: "Curves: \(path)"
    case .picture: "States, the coldest first: \(path)"
    case .folder:
      "\(path): curves.svg, spins.png (states, the coldest first), ising.json"
    }
  }
}
