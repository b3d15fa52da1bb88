import Foundation
import Joule
import Testing

/// `joule train rbm --labels`, `classify` and `features`, as a user sees them.
@Suite(.serialized) struct ClassifyCommandTests {
  /// Pictures of 4×4 of which the class is where the bright half lies; labels as NPY.
  static func write(_ count: Int, to folder: String, name: String = "data", missing: Int = 0) throws
  {
    let noise = Tensor<Float>(uniform: [count, 16], using: RandomKey(seed: 5))
    var rows = noise * 0.3
    for row in 0..<count {
      for pixel in 0..<16 where isBright(pixel, row % 3) { rows[row, pixel] += 0.6 }
    }
    try AtomicFile.write(
      NPY.encode(rows.elements, shape: [count, 4, 4]), to: "\(folder)/\(name).npy")
    let labels = (0..<count).map { $0 < missing ? Double.nan : Double($0 % 3) }
    try AtomicFile.write(
      NPY.encode(labels, shape: [count]), to: "\(folder)/\(name)-labels.npy")
  }

  static func isBright(_ pixel: Int, _ label: Int) -> Bool {
    switch label {
    case 0: pixel < 8
    case 1: pixel >= 8
    default: pixel % 4 < 2
    }
  }

  static func train(_ folder: String, _ name: String, _ extra: [String] = []) -> [String] {
    [
      "train", "rbm", "--data", "\(folder)/data.npy", "--labels", "\(folder)/data-labels.npy",
      "--hidden", "12", "--batch-size", "20", "--output", "\(folder)/\(name)",
    ] + extra
  }

  static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test(arguments: [
    ("generative", "pcd"), ("discriminative", "pcd"), ("hybrid:0.05", "cd"), ("semi:0.05", "pcd"),
  ])
  func everyObjectiveLearnsAndThreadsChangeNoByte(objective: String, method: String) throws {
    try JouleProcess.withFolder { folder in
      try Self.write(300, to: folder, missing: objective.hasPrefix("semi") ? 100 : 0)
      try Self.write(60, to: folder, name: "test")
      let options = [
        "--objective", objective, "--method", method, "--epochs", "40", "--learning-rate", "0.1",
        "--momentum", "0.9",
        "--validation", "\(folder)/test.npy", "--validation-labels", "\(folder)/test-labels.npy",
      ]
      for threads in ["1", "2"] {
        let result = try JouleProcess.run(
          Self.train(folder, "run\(threads)", options) + ["--threads", threads])
        #expect(result.status == 0, "\(result.errors)")
      }
      #expect(
        try Self.bytes("\(folder)/run1/model.safetensors")
          == Self.bytes("\(folder)/run2/model.safetensors"))
      let judged = try JouleProcess.run(
        "classify", "\(folder)/run1/model.safetensors", "--data", "\(folder)/test.npy", "--labels",
        "\(folder)/test-labels.npy", "--format", "json")
      #expect(judged.status == 0, "\(judged.errors)")
      let scores = try JSON(parsing: judged.output)["scores"]
      #expect(scores?["error"]?["trials"]?.integerValue == 60)
      // The classes do not overlap; chance is wrong two times in three.
      #expect(scores?["error"]?["value"]?.doubleValue ?? 1 < 0.05, "\(judged.output)")
      let verified = try JouleProcess.run(
        "verify", "\(folder)/run1/model.safetensors", "--chains", "2000", "--units", "5")
      #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
      #expect(verified.output.contains("passed  sampler"))
    }
  }

  @Test func anInterruptedRunEndsWithTheSameBytes() throws {
    try JouleProcess.withFolder { folder in
      try Self.write(3000, to: folder)
      let options = ["--objective", "hybrid:0.1", "--epochs", "25"]
      let whole = try JouleProcess.run(Self.train(folder, "whole", options))
      #expect(whole.status == 0, "\(whole.errors)")
      let (process, _, _) = try JouleProcess.start(Self.train(folder, "cut", options))
      let metrics = "\(folder)/cut/metrics.jsonl"
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records(metrics).count) ?? 0 < 2, Date() < deadline { usleep(2000) }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      let base = ["train", "rbm", "--resume", "--output", "\(folder)/cut"]
      for extra in [["--objective", "discriminative"], ["--labels", "\(folder)/other.npy"]] {
        let refused = try JouleProcess.run(base + extra)
        #expect(refused.status != 0 && refused.errorLines.count == 1, "\(refused.errors)")
      }
      let resumed = try JouleProcess.run(base)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        try Self.bytes("\(folder)/cut/model.safetensors")
          == Self.bytes("\(folder)/whole/model.safetensors"))
    }
  }

  /// What `classify` and `features` write is what the library says; rows may miss values.
  @Test func filesHoldWhatTheModelSays() throws {
    try JouleProcess.withFolder { folder in
      try Self.write(30, to: folder)
      let key = RandomKey(seed: 2)
      let model = ClassificationRBM<Float>(
        weights: Tensor(normal: [16, 5], using: key), visibleBias: Tensor(zeros: [16]),
        hiddenBias: Tensor(normal: [5], using: key.folded(1)),
        labelWeights: Tensor(normal: [3, 5], using: key.folded(2)), labelBias: Tensor([0, 1, -1]))
      var archive = Archive()
      model.archive(into: &archive)
      archive.metadata["joule.model"] = "classification_rbm"
      let path = "\(folder)/model.safetensors"
      try ModelFile.save(archive, to: path)

      let data = try DataFile.load("\(folder)/data.npy").dataset
      let inputs: Tensor<Float> = data.batch(0..<30)
      let expected = model.classLogProbabilities(of: inputs).exp()
      let written = try JouleProcess.run(
        "classify", path, "--data", "\(folder)/data.npy", "--output", "\(folder)/classes.csv")
      #expect(written.status == 0, "\(written.errors)")
      let table = try NumberTable.load("\(folder)/classes.csv")
      #expect(table.columnNames == ["class", "p0", "p1", "p2"])
      for row in 0..<30 {
        #expect(
          Int(table.values[4 * row])
            == expected.row(row).elements.firstIndex(
              of: expected.row(row).max()))
        for y in 0..<3 { #expect(table.values[4 * row + 1 + y] == expected[row, y]) }
      }

      let features = try JouleProcess.run(
        "features", path, "--data", "\(folder)/data.npy", "--output", "\(folder)/x.npy")
      #expect(features.status == 0, "\(features.errors)")
      let found: Tensor<Float> = try DataFile.load("\(folder)/x.npy").dataset.batch(0..<30)
      #expect(found == model.hiddenMean(givenInputs: inputs))

      // Row 2 misses a value: it alone is sampled.
      var damaged = inputs
      damaged[1, 3] = .nan
      try AtomicFile.write(NPY.encode(damaged.elements, shape: [30, 16]), to: "\(folder)/nan.npy")
      let filled = try JouleProcess.run(
        "classify", path, "--data", "\(folder)/nan.npy", "--output", "\(folder)/filled.csv")
      #expect(filled.status == 0, "\(filled.errors)")
      let values = try NumberTable.load("\(folder)/filled.csv").values
      for row in 0..<30 where row != 1 {
        for y in 0..<3 { #expect(abs(values[4 * row + 1 + y] - expected[row, y]) < 1e-12) }
      }
      #expect(values[5..<8].allSatisfy { $0 > 0 } && abs(values[5..<8].reduce(0, +) - 1) < 1e-9)

      for command in [
        ["evaluate", path, "--data", "\(folder)/data.npy"],
        ["score", path, "--data", "\(folder)/data.npy"], ["info", path],
        ["sample", path, "--count", "5", "--gibbs-steps", "10", "--output", "\(folder)/s.npy"],
        [
          "sample", path, "--clamp", "\(folder)/nan.npy", "--gibbs-steps", "10", "--output",
          "\(folder)/c.png",
        ],
      ] {
        let result = try JouleProcess.run(command)
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
      func logPartition(_ extra: String...) throws -> JSON? {
        let result = try JouleProcess.run(
          ["evaluate", path, "--data", "\(folder)/data.npy", "--format", "json"] + extra)
        return try JSON(parsing: result.output)["log_partition"]
      }
      let (annealed, exact) = (try logPartition(), try logPartition("--exact"))
      let difference =
        (annealed?["estimate"]?.doubleValue ?? .infinity)
        - (exact?["estimate"]?.doubleValue ?? 0)
      // Four standard errors; a thousandth of a nat is what sums in Float may lose.
      #expect(
        abs(difference) < max(1e-3, 4 * (annealed?["standard_error"]?.doubleValue ?? 0)),
        "\(difference)")
      let drawn = try DataFile.load("\(folder)/s.npy").dataset
      #expect(drawn.rowCount == 5 && drawn.columnCount == 16)
    }
  }

  @Test func badInputIsNamed() throws {
    try JouleProcess.withFolder { folder in
      try Self.write(30, to: folder)
      func labels(_ values: [Double], _ name: String) throws -> String {
        try AtomicFile.write(NPY.encode(values, shape: [values.count]), to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
      }
      let good = (0..<30).map { Double($0 % 3) }
      let short = try labels(Array(good.dropLast()), "short.npy")
      var values = good
      values[4] = 1.5
      let broken = try labels(values, "broken.npy")
      values[4] = 3
      let large = try labels(values, "large.npy")
      values[4] = .nan
      let missing = try labels(values, "missing.npy")
      let one = try labels([Double](repeating: 0, count: 30), "one.npy")
      func train(_ path: String, _ extra: String...) -> [String] {
        [
          "train", "rbm", "--data", "\(folder)/data.npy", "--labels", path, "--output",
          "\(folder)/run", "--hidden", "5",
        ] + extra
      }
      func refuses(_ arguments: [String], _ words: String...) throws {
        for word in words {
          try BadInputTests.expectFailure(arguments, saying: word, in: folder)
        }
      }
      try refuses(train(short), "short.npy", "29", "30")
      try refuses(train(broken), "broken.npy", "label 5", "1.5")
      try refuses(train(large, "--classes", "3"), "large.npy", "label 5", "0 to 2")
      try refuses(train(missing), "missing.npy", "label 5", "semi:")
      try refuses(train(one), "one.npy", "2 to")
      let objective = try JouleProcess.run(train(large, "--objective", "hybrid:-1"))
      #expect(objective.status == 64 && objective.errors.contains("hybrid:-1"))
      try refuses(train(large, "--validation-labels", large), "--validation")
      try refuses(train(large, "--method", "tap"), "--method cd or pcd")
      try refuses(train(large, "--gradient", "natural"), "gradient centered or plain")
      try refuses(
        [
          "train", "rbm", "--data", "\(folder)/data.npy", "--objective", "discriminative",
          "--output", "\(folder)/run",
        ], "--labels")

      let machine = "\(folder)/rbm.safetensors"
      var archive = Archive()
      RestrictedBoltzmannMachine<Float>(
        visibleMeans: Tensor([16], repeating: 0.5), hiddenCount: 3, using: RandomKey(seed: 1)
      ).archive(into: &archive)
      try ModelFile.save(archive, to: machine)
      try refuses(["classify", machine, "--data", "\(folder)/data.npy"], "names no classes")
      let classifier = "\(folder)/model.safetensors"
      archive = Archive()
      ClassificationRBM<Float>(
        inputMeans: Tensor([9], repeating: 0.5), classFrequencies: Tensor([1, 1]), hiddenCount: 3,
        using: RandomKey(seed: 1)
      ).archive(into: &archive)
      archive.metadata["joule.model"] = "classification_rbm"
      try ModelFile.save(archive, to: classifier)
      try refuses(["classify", classifier, "--data", "\(folder)/data.npy"], "16", "9")
      try refuses(
        [
          "features", machine, "--data", "\(folder)/data.npy", "--layer", "2", "--output",
          "\(folder)/x.npy",
        ], "--layer", "1 to 1")
      try refuses(
        ["features", machine, "--data", "\(folder)/data.npy", "--output", "\(folder)/x.txt"],
        "--output")
    }
  }
}
