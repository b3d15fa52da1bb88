import ArgumentParser
import Joule

/// The pieces of work that are measured.
enum BenchWork: String, ExpressibleByArgument, CaseIterable, Codable {
  case gemm, cd1, pcd1, ais, logz
  case cd50, gibbs, walk, hmc, diagnose
  case energyImages = "energy-784"
  case energyTable = "energy-128"
  case energySmall = "energy-8"
  case made, realnvp
  case nutsGaussian = "nuts-gaussian"
  case nutsSchools = "nuts-schools"

  /// Whether more threads are of use: four chains of NUTS are one piece of work.
  var isParallel: Bool { self != .nutsGaussian && self != .nutsSchools }
}

/// What a run of some work gave.
struct BenchMeasurement {
  var seconds: Double
  /// Operations of the dense products alone: 2·m·n·k each.
  var flops: Double?
  /// Rows trained on, or steps of all chains.
  var samples: Int?
  var acceptance: Double?
  var posterior: BenchPosterior?
}

/// What chains of NUTS told of their target.
struct BenchPosterior: Codable {
  struct Figures: Codable {
    var mean: Double
    var meanError: Double?
    var deviation: Double
    var deviationError: Double?
    var bulkSize: Double?

    enum CodingKeys: String, CodingKey {
      case mean
      case deviation = "sd"
      case meanError = "mcse_mean"
      case deviationError = "mcse_sd"
      case bulkSize = "ess_bulk"
    }

    init(_ line: VariableDiagnostics) {
      (mean, meanError) = (line.mean, line.meanError)
      (deviation, deviationError) = (line.standardDeviation, line.standardDeviationError)
      bulkSize = line.bulkEffectiveSampleSize
    }
  }

  var variables: [String: Figures]
  /// Gradient evaluations of all chains after warm-up.
  var gradients: Int
  var divergences: Int
  var stepSize: Double

  enum CodingKeys: String, CodingKey {
    case variables, gradients, divergences
    case stepSize = "step_size"
  }

  init(_ lines: [VariableDiagnostics], gradients: Int, divergences: Int, stepSize: Double) {
    variables = Dictionary(uniqueKeysWithValues: lines.map { ($0.name, Figures($0)) })
    (self.gradients, self.divergences, self.stepSize) = (gradients, divergences, stepSize)
  }

  /// The smallest bulk effective sample size of a variable, per gradient evaluation.
  var sizePerGradient: Double? {
    variables.values.compactMap(\.bulkSize).min().map { $0 / Double(gradients) }
  }
}

/// One measurement, as it is reported.
struct BenchResult: Codable {
  var work: BenchWork
  var threads: Int
  var seconds: Double
  /// Rows trained on, or steps of all chains, a second.
  var samplesPerSecond: Double?
  var gflops: Double?
  /// The mean probability of acceptance, of works that reject.
  var acceptance: Double?
  var posterior: BenchPosterior?
  /// The largest memory the process has held so far.
  var peakMemoryBytes: Int

  enum CodingKeys: String, CodingKey {
    case work, threads, seconds, gflops, acceptance, posterior
    case samplesPerSecond = "samples_per_second"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  init(_ work: BenchWork, threads: Int, _ found: BenchMeasurement, peakMemoryBytes: Int) {
    self.work = work
    self.threads = threads
    seconds = found.seconds
    samplesPerSecond = found.samples.map { Double($0) / found.seconds }
    gflops = found.flops.map { $0 / found.seconds / 1e9 }
    acceptance = found.acceptance
    posterior = found.posterior
    self.peakMemoryBytes = peakMemoryBytes
  }

  static let header = row(
    "work", "threads", "seconds", "samples/s", "GF/s", "accepted", "ESS/gradient", "peak MB")

  var line: String {
    Self.row(
      work.rawValue, String(threads), JouleCLI.format(seconds, digits: 4),
      samplesPerSecond.map { JouleCLI.format(Int($0)) } ?? "-",
      gflops.map { JouleCLI.format($0, digits: 1) } ?? "-",
      acceptance.map { JouleCLI.format($0, digits: 3) } ?? "-",
      posterior?.sizePerGradient.map { JouleCLI.format($0, digits: 4) } ?? "-",
      JouleCLI.format(Double(peakMemoryBytes) / 1e6, digits: 0))
  }

  private static func row(_ first: String, _ others: String...) -> String {
    first.padding(toLength: 14, withPad: " ", startingAt: 0)
      + others.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
  }
}
