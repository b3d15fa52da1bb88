import Foundation
import Joule
import Testing

/// Training runs as a user sees them: what is in the folder, and what a crash costs.
@Suite(.serialized) struct TrainingRunTests {
  static let trained = [
    "model.safetensors", "checkpoint.safetensors", "metrics.jsonl",
    "config.json", "samples.png", "filters.png", "report.html",
  ]

  static func options(_ data: String, _ output: String, epochs: Int = 6) -> [String] {
    [
      "train", "rbm", "--data", data, "--hidden", "20", "--epochs", "\(epochs)", "--binarize",
      "sample", "--batch-size", "30", "--output", output,
    ]
  }

  static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  static func train(_ arguments: [String]) throws -> JouleProcess.Result {
    let (process, output, errors) = try JouleProcess.start(arguments)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return .init(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }

  @Test func aRunFolderHoldsAllThatIsPromised() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(200, side: 6, to: "\(folder)/images")
      let result = try Self.train(Self.options("\(folder)/images", "\(folder)/run"))
      #expect(result.status == 0, "\(result.errors)")
      for name in Self.trained {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/run/\(name)"), "\(name)")
      }
      let records = try MetricsLog.records("\(folder)/run/metrics.jsonl")
      #expect(records.first?["record"]?.stringValue == "epoch")
      #expect(records.last?["record"]?.stringValue == "final")
      // Another run is not overwritten, unless that is asked for.
      let again = try Self.train(Self.options("\(folder)/images", "\(folder)/run"))
      #expect(again.status != 0 && again.errorLines.count == 1, "\(again.errors)")
      let forced = try Self.train(
        Self.options("\(folder)/images", "\(folder)/run", epochs: 1) + ["--force"])
      #expect(forced.status == 0, "\(forced.errors)")
    }
  }

  @Test func threadsChangeNoByte() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(200, side: 6, to: "\(folder)/images")
      for threads in ["1", "2", "4"] {
        let result = try Self.train(
          Self.options("\(folder)/images", "\(folder)/run\(threads)") + ["--threads", threads])
        #expect(result.status == 0, "\(result.errors)")
      }
      let one = try Self.bytes("\(folder)/run1/model.safetensors")
      #expect(try Self.bytes("\(folder)/run2/model.safetensors") == one)
      #expect(try Self.bytes("\(folder)/run4/model.safetensors") == one)
    }
  }

  /// Kills or interrupts a run some way in, resumes it, and compares with a run that was left alone.
  @Test(arguments: [SIGKILL, SIGTERM, SIGINT])
  func anInterruptedRunEndsWithTheSameBytes(signal: Int32) throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(3000, side: 12, to: "\(folder)/images")
      let whole = try Self.train(Self.options("\(folder)/images", "\(folder)/whole", epochs: 40))
      #expect(whole.status == 0, "\(whole.errors)")

      let (process, _, errors) = try JouleProcess.start(
        Self.options("\(folder)/images", "\(folder)/cut", epochs: 40))
      // Until the first epochs are saved; the run is long enough that it cannot be over then.
      let metrics = "\(folder)/cut/metrics.jsonl"
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records(metrics).count) ?? 0 < 2, Date() < deadline {
        usleep(2000)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      if signal != SIGKILL {
        let text = String(
          decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text.contains("--resume"), "\(text)")
      }
      let resumed = try Self.train(["train", "rbm", "--resume", "--output", "\(folder)/cut"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        try Self.bytes("\(folder)/cut/model.safetensors")
          == Self.bytes("\(folder)/whole/model.safetensors"))
      #expect(
        try Self.bytes("\(folder)/cut/samples.png") == Self.bytes("\(folder)/whole/samples.png"))
    }
  }

  @Test func resumingRefusesOtherOptionsAndOtherData() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(200, side: 6, to: "\(folder)/images")
      try JouleProcess.writeImages(201, side: 6, to: "\(folder)/others")
      #expect(try Self.train(Self.options("\(folder)/images", "\(folder)/run")).status == 0)
      let base = ["train", "rbm", "--resume", "--output", "\(folder)/run"]
      for extra in [["--hidden", "21"], ["--data", "\(folder)/others"], ["--seed", "1"]] {
        let result = try Self.train(base + extra)
        #expect(result.status != 0 && result.errorLines.count == 1, "\(extra): \(result.errors)")
      }
      let nothing = try Self.train(["train", "rbm", "--resume", "--output", "\(folder)/none"])
      #expect(nothing.status != 0 && nothing.errorLines.count == 1, "\(nothing.errors)")
    }
  }
}
