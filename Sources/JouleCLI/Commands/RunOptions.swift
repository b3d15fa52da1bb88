import ArgumentParser
import Joule

/// Options that do not change the model.
struct RunOptions: ParsableArguments {
  @Option(help: "The folder of the run; it is made.")
  var output: String
  @Flag(name: .customLong("resume"), help: "Go on with the run in the output folder.")
  var isResumed = false
  @Flag(help: "Replace another run in the output folder.")
  var force = false
  @Option(
    parsing: .unconditional,
    help: "Epochs between two scores. (default: as often as costs less than 5 % of the time)")
  var evaluateEvery: Int?
  @Option(
    parsing: .unconditional,
    help: "Epochs between two checkpoints. (default: as often as costs less than 5 % of the time)")
  var checkpointEvery: Int?
  @OptionGroup
  var threads: ThreadOptions
  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  /// How the run is carried out.
  ///
  /// - Throws: when an option cannot be meant.
  func settings() throws -> RunSettings {
    try OptionChecks.positive([
      ("--evaluate-every", evaluateEvery), ("--checkpoint-every", checkpointEvery),
    ])
    return RunSettings(
      workers: try threads.workers(), evaluateEvery: evaluateEvery,
      checkpointEvery: checkpointEvery, isQuiet: quiet)
  }
}

/// What numbers of options have to be; nil is an option that was not given.
enum OptionChecks {
  static func positive(_ values: [(name: String, value: Int?)]) throws(Failure) {
    for (name, value) in values {
      if let value { try require(value > 0, "\(name) must be at least 1, got \(value)") }
    }
  }

  static func positive(_ name: String, _ value: Double?) throws(Failure) {
    if let value {
      try require(
        value > 0 && value.isFinite, "\(name) must be positive and finite, got \(value)")
    }
  }

  static func fractions(_ values: [(name: String, value: Double?)]) throws(Failure) {
    for (name, value) in values {
      if let value {
        try require(value >= 0 && value < 1, "\(name) must be at least 0 and below 1, got \(value)")
      }
    }
  }

  static func notNegative(_ values: [(name: String, value: Double?)]) throws(Failure) {
    for (name, value) in values {
      if let value {
        try require(
          value >= 0 && value.isFinite, "\(name) must be finite and not negative, got \(value)")
      }
    }
  }
}
