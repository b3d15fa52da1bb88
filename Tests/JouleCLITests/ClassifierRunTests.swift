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
      "\(folder)/data-labels.npy", "--epochs", "\(epochs)", "--output", "\(folder)/\(name)",
    ] + (extra.contains("--learning-rate") ? [] : ["--learning-rate", "0.02"]) + extra
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

  /// Files of deep models: their layers' means are written, and a network begins as them.
  @Test func deepModelsAreUnrolled() throws {
    try JouleProcess.withFolder { folder in
      try ClassifyCommandTests.write(60, to: folder)
      let key = RandomKey(seed: 4)
      let sizes = [16, 7, 5]
      let stack = (0..<2).map {
        RestrictedBoltzmannMachine<Float>(
          visibleMeans: Tensor([sizes[$0]], repeating: 0.4), hiddenCount: sizes[$0 + 1],
          weightScale: 0.7, using: key.folded(UInt64($0)))
      }
      let deep = DeepBoltzmannMachine<Float>(
        BoltzmannMachine(
          layers: sizes.map { UnitLayer(BernoulliUnits($0)) }, weights: stack.map(\.weights),
          units: nil))
      func save(_ model: some ArchivableModel, _ name: String) throws {
        var archive = Archive()
        model.archive(into: &archive)
        archive.metadata["joule.model"] = type(of: model).kind
        try ModelFile.save(archive, to: "\(folder)/\(name).safetensors")
      }
      try save(DeepBeliefNetwork(stacking: stack), "dbn")
      try save(deep, "dbm")
      let rows: Tensor<Float> = try DataFile.load("\(folder)/data.npy").dataset.batch(0..<60)
      func features(_ name: String, _ layer: Int) throws -> Tensor<Float> {
        let result = try JouleProcess.run(
          "features", "\(folder)/\(name).safetensors", "--data", "\(folder)/data.npy", "--layer",
          "\(layer)", "--output", "\(folder)/x.npy")
        #expect(result.status == 0, "\(result.errors)")
        return try DataFile.load("\(folder)/x.npy").dataset.batch(0..<60)
      }
      let first = stack[0].hiddenMean(given: rows)
      #expect((try features("dbn", 1) - first).largestMagnitude < 1e-6)
      let second = stack[1].hiddenMean(given: first)
      #expect((try features("dbn", 2) - second).largestMagnitude < 1e-6)
      // The means of a mean-field posterior are a fixed point of its updates.
      let (lower, upper) = (try features("dbm", 1), try features("dbm", 2))
      let below =
        rows.matmul(stack[0].weights) + upper.matmul(stack[1].weights, transposingOther: true)
      #expect((lower - below.logistic()).largestMagnitude < 1e-4)
      #expect((upper - lower.matmul(stack[1].weights).logistic()).largestMagnitude < 1e-4)

      for name in ["dbn", "dbm"] {
        let result = try JouleProcess.run(
          Self.train(
            folder, name, ["--from", "\(folder)/\(name).safetensors", "--learning-rate", "1e-9"],
            epochs: 1))
        #expect(result.status == 0, "\(result.errors)")
        let network = try ClassifierNetwork<Float>(
          from: try ModelFile.load("\(folder)/\(name)/model.safetensors"))
        #expect(network.sizes == sizes + [3])
        let scale: Float = name == "dbm" ? 2 : 1
        let found = network.parameters["layer0.weights"]
        #expect((found - stack[0].weights * scale).largestMagnitude < 1e-6)
        #expect(
          (network.parameters["layer1.weights"] - stack[1].weights).largestMagnitude < 1e-6)
      }
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
