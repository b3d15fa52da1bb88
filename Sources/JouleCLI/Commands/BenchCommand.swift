import ArgumentParser
import Foundation
import Joule

/// `joule bench`: this machine's speed on the work that matters.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures training, annealing and matrix products on this machine.",
    discussion: """
      Without --work everything is measured, for one thread and for two, and shown as a table. With --work \
      and --format json one JSON object is printed.

      cd1, pcd1   a pass of CD-1 or PCD-1 training, 20,000 rows of 784 with 13 % ones, 500 hidden units, \
      batches of 100 and as many chains
      ais         annealed importance sampling of such a machine, 100 chains
      logz        the exact partition function of 784 by 16 units
      gemm        OpenBLAS's own product of two 2048 by 2048 matrices: the ceiling for the others
      """)

  @Option(help: "What to measure.")
  var work: BenchWork?
  @Option(parsing: .unconditional, help: "Threads; 1 and 2 when everything is measured.")
  var threads: Int?
  @Option(parsing: .unconditional, help: "How often; the best counts.")
  var repeats = 5
  @Option(parsing: .unconditional, help: "Annealing steps of 'ais'.")
  var aisSteps = 10_000
  @Option(parsing: .unconditional, help: "Hidden units of cd1, pcd1 and ais.")
  var hidden = 500
  @Option(parsing: .unconditional, help: "Rows a batch of cd1 and pcd1.")
  var batchSize = 100
  @Option(help: "How to report.")
  var format = OutputFormat.text

  func run() throws {
    try require(repeats > 0, "--repeats must be positive, got \(repeats)")
    try require(aisSteps > 0, "--ais-steps must be positive, got \(aisSteps)")
    try require(hidden > 0, "--hidden must be positive, got \(hidden)")
    try require(batchSize > 0, "--batch-size must be positive, got \(batchSize)")
    if let threads { try require(threads > 0, "--threads must be positive, got \(threads)") }
    let bench = BenchRunner(
      repeats: repeats, aisSteps: aisSteps, hidden: hidden, batchSize: batchSize)
    let works = work.map { [$0] } ?? BenchWork.allCases
    let counts = threads.map { [$0] } ?? (work == nil ? [1, 2] : [1])
    if format == .text { print(BenchResult.header) }
    for work in works {
      for count in counts {
        let result = bench.measure(work, threads: count)
        print(format == .text ? result.line : try encodeJSON(result, pretty: false))
      }
    }
  }
}

/// The pieces of work that are measured.
enum BenchWork: String, ExpressibleByArgument, CaseIterable, Codable {
  case gemm, cd1, pcd1, ais, logz
}

/// One measurement.
struct BenchResult: Codable {
  var work: BenchWork
  var threads: Int
  var seconds: Double
  /// Rows trained on a second, where the work is training.
  var samplesPerSecond: Double?
  /// Of the dense products alone: 2·m·n·k each.
  var gflops: Double
  /// The largest memory the process has held so far.
  var peakMemoryBytes: Int

  enum CodingKeys: String, CodingKey {
    case work, threads, seconds, gflops
    case samplesPerSecond = "samples_per_second"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  static let header = row("work", "threads", "seconds", "samples/s", "GF/s", "peak MB")

  var line: String {
    Self.row(
      work.rawValue, String(threads), JouleCLI.format(seconds, digits: 4),
      samplesPerSecond.map { JouleCLI.format(Int($0)) } ?? "-", JouleCLI.format(gflops, digits: 1),
      JouleCLI.format(Double(peakMemoryBytes) / 1e6, digits: 0))
  }

  private static func row(_ first: String, _ others: String...) -> String {
    first.padding(toLength: 6, withPad: " ", startingAt: 0)
      + others.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
  }
}
