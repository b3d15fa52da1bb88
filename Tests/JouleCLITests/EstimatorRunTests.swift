import Foundation
import Joule
import Testing

/// `joule train rbm` by every method and with every form of the gradient.
@Suite(.serialized) struct EstimatorRunTests {
  static let methods: [[String]] = [
    ["--method", "fpcd"], ["--method", "pt", "--temperatures", "4"],
    ["--method", "ptt", "--swap-rate", "0.9"], ["--method", "tap", "--order", "3"],
    ["--gradient", "standardized"], ["--gradient", "natural"],
  ]

  static func options(_ data: String, _ output: String, epochs: Int) -> [String] {
    [
      "train", "rbm", "--data", data, "--hidden", "12", "--epochs", "\(epochs)", "--binarize",
      "threshold", "--batch-size", "40", "--chains", "40", "--schedule", "constant",
      "--evaluate-every", "1", "--checkpoint-every", "1", "--output", output,
    ]
  }

  static func train(_ arguments: [String]) throws -> JouleProcess.Result {
    try TrainingRunTests.train(arguments)
  }

  /// A run on two threads, and one on one that was killed on its way and resumed.
  @Test(arguments: methods)
  func runsEndWithTheSameBytes(method: [String]) throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(200, side: 5, to: "\(folder)/images")
      func model(_ run: String) throws -> Data {
        try TrainingRunTests.bytes("\(folder)/\(run)/model.safetensors")
      }
      let whole = try Self.train(
        Self.options("\(folder)/images", "\(folder)/whole", epochs: 6) + method
          + ["--threads", "2"])
      #expect(whole.status == 0, "\(whole.errors)")

      let (process, _, errors) = try JouleProcess.start(
        Self.options("\(folder)/images", "\(folder)/cut", epochs: 6) + method
          + ["--threads", "1"])
      let metrics = "\(folder)/cut/metrics.jsonl"
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records(metrics).count) ?? 0 < 1, Date() < deadline,
        process.isRunning
      { usleep(1000) }
      kill(process.processIdentifier, SIGKILL)
      _ = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let resumed = try Self.train(["train", "rbm", "--resume", "--output", "\(folder)/cut"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try model("cut") == model("whole"))
    }
  }

  /// log Z along the run beside the exact one of the last epoch's model.
  @Test func trajectoryTemperingWritesLogLikelihoods() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(200, side: 5, to: "\(folder)/images")
      let result = try Self.train(
        Self.options("\(folder)/images", "\(folder)/run", epochs: 40)
          + ["--method", "ptt", "--chains", "200"])
      #expect(result.status == 0, "\(result.errors)")
      let records = try MetricsLog.records("\(folder)/run/metrics.jsonl")
      let last = try #require(records.last { $0["record"]?.stringValue == "epoch" })
      let final = try #require(records.last { $0["record"]?.stringValue == "final" })
      let value = try #require(last["log_partition"]?.doubleValue)
      let error = try #require(last["log_partition_error"]?.doubleValue)
      let exact = try #require(final["likelihood"]?["log_partition"]?["estimate"]?.doubleValue)
      #expect(error > 0 && abs(value - exact) < 4.5 * error, "\(value) ± \(error), exact \(exact)")
      #expect(last["log_likelihood"]?.doubleValue != nil)
    }
  }

  @Test(arguments: [
    (["--method", "pcd", "--temperatures", "5"], "--temperatures"),
    (["--method", "pt", "--temperatures", "1"], "--temperatures"),
    (["--method", "ptt", "--swap-rate", "1"], "--swap-rate"),
    (["--method", "tap", "--order", "4"], "--order"),
    (["--method", "tap", "--gradient", "natural"], "tap"),
    (["--method", "fpcd", "--fast-rate", "0"], "--fast-rate"),
    (["--gradient", "plain", "--centering"], "--gradient"),
    (["--damping", "0.1"], "--damping"),
    (["--method", "swd"], "--method"),
  ])
  func optionsThatDoNotFitAreRefused(options: [String], name: String) throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(20, side: 3, to: "\(folder)/images")
      let result = try Self.train(
        Self.options("\(folder)/images", "\(folder)/run", epochs: 1) + options)
      #expect(result.status != 0)
      #expect(result.errors.contains(name), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
    }
  }
}
