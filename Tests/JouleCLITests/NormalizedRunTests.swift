import Foundation
import Joule
import JouleTestSupport
import Testing

/// `joule train` of models that know their constant, from data to exact likelihoods, samples, and runs cut short.
@Suite(.serialized) struct NormalizedRunTests {
  /// A kind's options beside those of every run, and epochs that take long enough to be cut short.
  static let kinds: [(command: String, options: [String], epochs: Int)] = [
    ("nade", ["--hidden", "12", "--order", "random", "--binarize", "threshold"], 3000),
    (
      "bernoulli-mixture",
      ["--components", "4", "--starts", "2", "--pseudo-count", "0.5", "--binarize", "threshold"],
      3000
    ),
    ("gaussian-mixture", ["--components", "3", "--covariance", "full"], 3000),
    ("made", ["--hidden", "9,7", "--masks", "2", "--binarize", "threshold"], 400),
    ("flow", ["--couplings", "2", "--hidden", "8"], 400),
  ]

  private static func isOfNumbers(_ command: String) -> Bool {
    command == "gaussian-mixture" || command == "flow"
  }

  /// Bits in images, or numbers in a table, as the kind takes them.
  private static func writeData(of command: String, to path: String) throws {
    if isOfNumbers(command) {
      let rows = Tensor<Double>(normal: [300, 2], using: RandomKey(seed: 1))
      var text = "first,second\n"
      for row in 0..<300 { text += "\(rows[row, 0] + Double(row % 3) * 5),\(rows[row, 1])\n" }
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } else {
      try JouleProcess.writeImages(300, side: 4, to: path)
    }
  }

  @Test(arguments: kinds.indices) func aRunEndsInAnExactLikelihood(kind: Int) throws {
    let (command, options, _) = Self.kinds[kind]
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.csv"
      try Self.writeData(of: command, to: data)
      let begin =
        ["train", command, "--data", data, "--validation", data, "--epochs", "4"] + options
      let trained = try JouleProcess.run(begin + ["--output", "\(folder)/run"])
      #expect(trained.status == 0, "\(trained.errors)")
      for name in [
        "model.safetensors", "checkpoint.safetensors", "metrics.jsonl", "config.json",
        "report.html",
      ] { #expect(FileManager.default.fileExists(atPath: "\(folder)/run/\(name)"), "\(name)") }
      let epochs = try MetricsLog.records("\(folder)/run/metrics.jsonl").filter {
        $0["record"]?.stringValue == "epoch"
      }
      #expect(epochs.last?["log_likelihood"]?.doubleValue != nil)
      #expect(epochs.last?["validation_log_likelihood"]?.doubleValue != nil)
      if command.hasSuffix("mixture") {
        #expect(epochs.last?["empty_components"]?.doubleValue == 0)
        #expect(epochs.last?["limited_components"]?.doubleValue == 0)
      }

      let bits = Self.isOfNumbers(command) ? [] : ["--binarize", "threshold"]
      let judged = try JouleProcess.run(
        ["evaluate", "\(folder)/run/model.safetensors", "--data", data, "--format", "json"] + bits)
      #expect(judged.status == 0, "\(judged.errors)")
      let report = try JSON(parsing: judged.output)
      #expect(report["log_partition"]?["estimate"]?.doubleValue == 0, "\(judged.output)")
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/run/model.safetensors", "--count", "7", "--output", "\(folder)/x.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(try DataFile.load("\(folder)/x.npy").dataset.rowCount == 7)

      // Two threads, and a run that is stopped after two epochs and goes on: the same bytes.
      let other = try JouleProcess.run(begin + ["--output", "\(folder)/other", "--threads", "2"])
      #expect(other.status == 0, "\(other.errors)")
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
      }
      #expect(try bytes("run") == bytes("other"))
    }
  }

  /// `train mixture` is one command or the other by the data, with its options and its messages.
  @Test func mixturesAreOfWhatTheDataAre() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeData(of: "gaussian-mixture", to: "\(folder)/numbers.csv")
      try Data("0,1\n1,1\n1,0\n0,0\n1,1\n".utf8).write(
        to: URL(fileURLWithPath: "\(folder)/bits.csv"))
      try JouleProcess.writeImages(20, side: 3, to: "\(folder)/images.idx")
      for (data, extra, kind) in [
        ("numbers.csv", ["--covariance", "diagonal"], "gaussian_mixture"),
        ("bits.csv", ["--pseudo-count", "0.5"], "bernoulli_mixture"),
        ("images.idx", ["--binarize", "threshold"], "bernoulli_mixture"),
      ] {
        let trained = try JouleProcess.run(
          ["train", "mixture", "--data", "\(folder)/\(data)", "--components", "2", "--epochs", "3"]
            + extra + ["--output=\(folder)/\(kind)", "--force"])
        #expect(trained.status == 0, "\(trained.errors)")
        let file = try ModelFile.load("\(folder)/\(kind)/model.safetensors")
        #expect(file.metadata["joule.model"] == kind)
      }
      let resumed = try JouleProcess.run(
        "train", "mixture", "--resume", "--output", "\(folder)/bernoulli_mixture")
      #expect(resumed.status == 0, "\(resumed.errors)")
      for (arguments, message) in [
        (["--data", "\(folder)/numbers.csv", "--pseudo-count", "3"], "--pseudo-count"),
        (["--data", "\(folder)/none.csv"], "none.csv"), ([], "--data is missing"),
      ] {
        let refused = try JouleProcess.run(
          ["train", "mixture"] + arguments + ["--output", "\(folder)/run"])
        #expect(refused.status != 0 && refused.errors.contains(message), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }

  @Test(arguments: kinds.indices) func anInterruptedRunEndsWithTheSameBytes(kind: Int) throws {
    let (command, options, epochs) = Self.kinds[kind]
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.csv"
      try Self.writeData(of: command, to: data)
      let begin = ["train", command, "--data", data, "--epochs", "\(epochs)"] + options
      let (process, _, errors) = try JouleProcess.start(begin + ["--output", "\(folder)/cut"])
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records("\(folder)/cut/metrics.jsonl").count) ?? 0 < 2,
        Date() < deadline
      { usleep(2000) }
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(process.terminationStatus == 128 + SIGINT)
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(text.contains("joule train \(command) --resume"), "\(text)")
      let resumed = try JouleProcess.run(
        "train", command, "--resume", "--output", "\(folder)/cut", "--quiet")
      #expect(resumed.status == 0, "\(resumed.errors)")
      let whole = try JouleProcess.run(begin + ["--output", "\(folder)/whole", "--quiet"])
      #expect(whole.status == 0, "\(whole.errors)")
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
      }
      #expect(try bytes("cut") == bytes("whole"))
    }
  }

  /// One line that names the option, before any file is read, and nothing written.
  @Test func optionsThatCannotBeMeantAreRefused() throws {
    for (command, option, value) in [
      ("nade", "--hidden", "0"), ("bernoulli-mixture", "--components", "0"),
      ("bernoulli-mixture", "--pseudo-count", "0"), ("bernoulli-mixture", "--starts", "-1"),
      ("gaussian-mixture", "--least-variance", "nan"),
      ("gaussian-mixture", "--least-variance", "-1"), ("made", "--masks", "0"),
      ("made", "--hidden", "0"), ("flow", "--couplings", "0"),
    ] {
      try JouleProcess.withFolder { folder in
        let result = try JouleProcess.run(
          "train", command, "--data", "\(folder)/none", "--output", "\(folder)/run", option, value)
        #expect(result.status != 0 && result.errorLines.count == 1, "\(command): \(result.errors)")
        #expect(result.errors.contains(option))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }
}
