import ArgumentParser
import Foundation
import Joule

/// `joule bench`: this machine's speed on the work that matters.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures training, sampling, diagnostics and matrix products on this machine.",
    discussion: """
      Without --work everything is measured, for one thread and for two, and shown as a table. --work chooses; \
      it may be given more than once. With --format json each measurement is a line, an object.

      gemm        OpenBLAS's own product of two 2048 by 2048 matrices: the ceiling for the others
      cd1, pcd1   a pass of CD-1 or PCD-1 training, 20,000 rows of 784 with 13 % ones, 500 hidden units, \
      batches of 100 and as many chains
      cd50        CD-50 on 2,000 of those rows: nearly all of it is the trainer's Gibbs sampling
      gibbs       block Gibbs sampling of such a machine as of any kernel, as many chains as a batch
      ais         annealed importance sampling of such a machine, 100 chains
      logz        the exact partition function of 784 by 16 units
      walk, hmc   random-walk Metropolis and Hamiltonian Monte Carlo of ten leapfrog steps: 1,024 chains on a \
      Gaussian of 128 variables, neighbours correlated by 0.9
      energy-784  training steps of a neural energy 784-512-512-1: CD-20 by Langevin dynamics, batches of 128
      energy-128, energy-8   the same of 128-128-128-1 and 8-128-128-1, CD-10, batches of 1,024
      made, realnvp   maximum likelihood of MADE 784-500, batches of 100, and of Real NVP with 8 affine couplings \
      of 64 variables, batches of 512
      diagnose    every figure of 'joule diagnose' for 4 chains of 10,000 draws of 1,000 variables
      nuts-gaussian, nuts-schools   NUTS, four chains of 1,000 draws after as many of warm-up, on such a \
      Gaussian of 100 variables and on the eight schools: the smallest bulk effective sample size of a \
      variable for each gradient; in JSON every variable's figures
      """)

  @Option(help: "What to measure; repeatable.")
  var work: [BenchWork] = []
  @Option(parsing: .unconditional, help: "Threads; 1 and 2 when everything is measured.")
  var threads: Int?
  @Option(parsing: .unconditional, help: "How often; the best counts.")
  var repeats = 5
  @Option(parsing: .unconditional, help: "Annealing steps of 'ais'.")
  var aisSteps = 10_000
  @Option(parsing: .unconditional, help: "Hidden units of cd1, pcd1, cd50, gibbs and ais.")
  var hidden = 500
  @Option(parsing: .unconditional, help: "Rows a batch of cd1, pcd1, cd50; chains of gibbs.")
  var batchSize = 100
  @Option(help: "What the random numbers of nuts-gaussian and nuts-schools descend from.")
  var seed: UInt64 = 0
  @Option(help: "How to report.")
  var format = OutputFormat.text

  func run() throws {
    try require(repeats > 0, "--repeats must be positive, got \(repeats)")
    try require(aisSteps > 0, "--ais-steps must be positive, got \(aisSteps)")
    try require(hidden > 0, "--hidden must be positive, got \(hidden)")
    try require(batchSize > 0, "--batch-size must be positive, got \(batchSize)")
    if let threads { try require(threads > 0, "--threads must be positive, got \(threads)") }
    let bench = BenchRunner(
      repeats: repeats, aisSteps: aisSteps, hidden: hidden, batchSize: batchSize, seed: seed)
    let works = work.isEmpty ? BenchWork.allCases : work
    let counts = threads.map { [$0] } ?? (work.isEmpty ? [1, 2] : [1])
    if format == .text { print(BenchResult.header) }
    for work in works {
      for count in work.isParallel ? counts : [1] {
        let result = try bench.measure(work, threads: count)
        print(format == .text ? result.line : try encodeJSON(result, pretty: false))
      }
    }
  }
}
