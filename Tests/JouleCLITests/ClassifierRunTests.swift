import Foundation
import Joule
import Testing

/// `joule train classifier`: from a stack of machines, from random numbers, cut short, and refused.
@Suite(.serialized) struct ClassifierRunTests {
  static func machine(_ visible: Int, _ hidden: Int, to path: String) throws {
    var archive = Archive()
    RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([visible], repeating: 0.5), hiddenCount: hidden, weightScale: 0.5,
      using: RandomKey(seed: UInt64(visible))
    ).archive(into: &archive)
    try ModelFile.save(archive, to: path)
  }

  static func train(_ folder: String, _ name: String, _ extra: [String], epochs: Int = 10)
    -> [String]
  {
    [
      "train", "classifier", "--data", "\(folder)/data.npy", "--labels",
      "\(folder)/data-labels.npy", "--epochs", "\(epochs)", "--learning-rate", "0.02", "--output",
      "\(folder)/\(name)",
    ] + extra
  }

  @Test func aStackIsTunedAndThreadsChangeNoByte() throws {
    try JouleProcess.withFolder { folder in
      try ClassifyCommandTests.write(300, to: folder)
      try Self.machine(16, 10, to: "\(folder)/one.safetensors")
      try Self.machine(10, 6, to: "\(folder)/two.safetensors")
      let options = [
        "--from", "\(folder)/one.safetensors,\(folder)/two.safetensors", "--dropout", "0.1",
        "--input-dropout", "0.1", "--averaging", "0.9",
      ]
      for threads in ["1", "2"] {
        let result = try JouleProcess.run(
          Self.train(folder, "run\(threads)", options) + ["--threads", threads])
        #expect(result.status == 0, "\(result.errors)")
      }
      let path = "\(folder)/run1/model.safetensors"
      #expect(
        try ClassifyCommandTests.bytes(path)
          == ClassifyCommandTests.bytes("\(folder)/run2/model.safetensors"))
      let judged = try JouleProcess.run(
        "classify", path, "--data", "\(folder)/data.npy", "--labels", "\(folder)/data-labels.npy",
        "--format", "json")
      let scores = try JSON(parsing: judged.output)["scores"]
      // The classes do not overlap; chance is wrong two times in three.
      #expect(scores?["error"]?["value"]?.doubleValue ?? 1 < 0.05, "\(judged.output)")
      let features = try JouleProcess.run(
        "features", path, "--data", "\(folder)/data.npy", "--layer", "2", "--output",
        "\(folder)/x.npy")
      #expect(features.status == 0, "\(features.errors)")
      #expect(try DataFile.load("\(folder)/x.npy").dataset.columnCount == 6)
      for command in [["info", path], ["score", path, "--data", "\(folder)/data.npy"]] {
        let result = try JouleProcess.run(command)
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
      try BadInputTests.expectFailure(
        ["sample", path, "--output", "\(folder)/s.npy"], saying: "draws no rows", in: folder)
    }
  }

  @Test func anInterruptedRunEndsWithTheSameBytes() throws {
    try JouleProcess.withFolder { folder in
      try ClassifyCommandTests.write(3000, to: folder)
      let options = ["--hidden", "20,10", "--dropout", "0.2", "--averaging", "0.99"]
      let whole = try JouleProcess.run(
        Self.train(folder, "whole", options, epochs: 25))
      #expect(whole.status == 0, "\(whole.errors)")
      let (process, _, _) = try JouleProcess.start(
        Self.train(folder, "cut", options, epochs: 25))
      let metrics = "\(folder)/cut/metrics.jsonl"
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records(metrics).count) ?? 0 < 2, Date() < deadline { usleep(2000) }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      let resumed = try JouleProcess.run(
        "train", "classifier", "--resume", "--output", "\(folder)/cut")
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        try ClassifyCommandTests.bytes("\(folder)/cut/model.safetensors")
          == ClassifyCommandTests.bytes("\(folder)/whole/model.safetensors"))
    }
  }

  @Test func badInputIsNamed() throws {
    try JouleProcess.withFolder { folder in
      try ClassifyCommandTests.write(30, to: folder)
      try Self.machine(16, 10, to: "\(folder)/one.safetensors")
      try Self.machine(9, 6, to: "\(folder)/two.safetensors")
      let (one, two) = ("\(folder)/one.safetensors", "\(folder)/two.safetensors")
      func refuses(_ options: [String], _ words: String...) throws {
        for word in words {
          try BadInputTests.expectFailure(
            Self.train(folder, "run", options), saying: word, in: folder)
        }
      }
      try refuses(["--from", "\(one),\(two)"], "two.safetensors", "9", "10")
      try refuses(["--from", two], "two.safetensors", "9", "16")
      try refuses(["--from", one, "--hidden", "11"], "--hidden", "11", "10")
      try refuses(["--dropout", "1"], "--dropout", "[0, 1)")
      try refuses(["--from", "\(folder)/none.safetensors"], "none.safetensors")
      let network = ClassifierNetwork<Float>(
        inputCount: 16, hidden: [4], classCount: 3, using: RandomKey(seed: 1))
      var archive = Archive()
      network.archive(into: &archive)
      archive.metadata["joule.model"] = "classifier"
      try ModelFile.save(archive, to: "\(folder)/net.safetensors")
      try refuses(["--from", "\(folder)/net.safetensors"], "no layer of a network")
    }
  }
}
