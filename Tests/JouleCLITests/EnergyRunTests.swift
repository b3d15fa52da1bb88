import Foundation
import Joule
import Testing

/// `joule train energy`, and its files under the other commands.
@Suite(.serialized) struct EnergyRunTests {
  /// A ring of rows in the plane, far from standard units.
  static func writeRing(_ count: Int, to path: String) throws {
    let noise = Tensor<Float>(normal: [count, 2], using: RandomKey(seed: 21))
    let rows = (0..<count).flatMap { row in
      let angle = Float(row) * 2.399963
      return [100 + 20 * cos(angle) + noise[row, 0], -3 + 0.2 * sin(angle) + 0.01 * noise[row, 1]]
    }
    try AtomicFile.write(NPY.encode(rows, shape: [count, 2]), to: path)
  }

  static func arguments(_ folder: String, _ run: String, _ extra: String...) -> [String] {
    [
      "train", "energy", "--data", "\(folder)/ring.npy", "--architecture", "mlp:12x2", "--epochs",
      "3", "--steps", "5", "--output", "\(folder)/\(run)",
    ] + extra
  }

  /// A flat network in a well: exp(−E) is a normal density but for a constant.
  static func writeWell(variables: Int, strength: Float, to path: String) throws {
    var energy = try NeuralEnergy<Float>(
      try EnergyArchitecture("mlp:4"), inputShape: [variables],
      confinement: Confinement(
        strength: strength, center: Tensor([variables], repeating: 1)), using: RandomKey(seed: 2))
    energy.parameters.setZero()
    var archive = Archive()
    energy.archive(into: &archive)
    archive.metadata["joule.model"] = "energy"
    try ModelFile.save(archive, to: path)
  }

  @Test(arguments: ["cd", "pcd", "kl-cd", "sm", "ssm", "dsm", "nce"])
  func everyEstimatorTrains(_ estimator: String) throws {
    try JouleProcess.withFolder { folder in
      try Self.writeRing(400, to: "\(folder)/ring.npy")
      let result = try JouleProcess.run(
        Self.arguments(
          folder, "run", "--estimator", estimator, "--validation", "\(folder)/ring.npy"))
      #expect(result.status == 0, "\(result.errors)")
      let records = try MetricsLog.records("\(folder)/run/metrics.jsonl")
      let last = try #require(records.last)
      #expect(last["likelihood"]?["log_partition"]?["method"]?.stringValue == "grid")
      let epoch = try #require(records.dropLast().last)
      #expect(epoch["validation_log_likelihood"]?.doubleValue?.isFinite == true)
      #expect((epoch["energy_gap"] != nil) == (estimator == "pcd"))
      let charts = try String(contentsOfFile: "\(folder)/run/samples.svg", encoding: .utf8)
      #expect(charts.contains("Energy") && charts.contains("Samples"))
    }
  }

  @Test func aResumedRunEndsWithTheSameBytes() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeRing(2000, to: "\(folder)/ring.npy")
      func options(_ run: String) -> [String] {
        Self.arguments(
          folder, run, "--estimator", "pcd", "--averaging", "0.9", "--checkpoint-every", "1",
          "--batch-size", "50", "--groups", "3", "--start", "noise", "--beta1", "0.5")
      }
      let whole = try JouleProcess.run(options("whole") + ["--threads", "1"])
      #expect(whole.status == 0, "\(whole.errors)")
      let (process, _, _) = try JouleProcess.start(options("cut"))
      let deadline = Date(timeIntervalSinceNow: 60)
      while (try? MetricsLog.records("\(folder)/cut/metrics.jsonl").count) ?? 0 < 1,
        Date() < deadline
      { usleep(2000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try JouleProcess.run(
        "train", "energy", "--resume", "--output", "\(folder)/cut", "--threads", "2")
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        try TrainingRunTests.bytes("\(folder)/cut/model.safetensors")
          == TrainingRunTests.bytes("\(folder)/whole/model.safetensors"))
    }
  }

  /// log Z = (n/2) log(2π/κ): by the grid to its own accuracy, by annealing between its ends.
  @Test(arguments: [1, 2, 4]) func theLikelihoodOfAWellIsKnown(variables: Int) throws {
    try JouleProcess.withFolder { folder in
      try Self.writeWell(variables: variables, strength: 2, to: "\(folder)/well.safetensors")
      let rows = Tensor<Float>(normal: [300, variables], using: RandomKey(seed: 8))
      try AtomicFile.write(
        NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/rows.npy")
      let result = try JouleProcess.run(
        "evaluate", "\(folder)/well.safetensors", "--data", "\(folder)/rows.npy", "--ais-steps",
        "200", "--format", "json")
      #expect(result.status == 0, "\(result.errors)")
      let found = try #require(try JSON(parsing: result.output)["log_partition"])
      let exact = Double(variables) / 2 * log(Double.pi)
      let lower = try #require(found["lower"]?.doubleValue)
      let upper = try #require(found["upper"]?.doubleValue)
      if variables <= 2 {
        // Energies are in single precision: some 1e-7 of values up to 40.
        #expect(found["method"]?.stringValue == "grid")
        #expect(abs((found["estimate"]?.doubleValue ?? .nan) - exact) < 1e-5)
      } else {
        #expect(found["method"]?.stringValue == "ais")
        #expect(lower <= exact && exact <= upper && upper - lower < 1, "\(lower)...\(upper)")
      }
    }
  }

  @Test func samplesOfAWellAreItsOwn() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeWell(variables: 2, strength: 4, to: "\(folder)/well.safetensors")
      let result = try JouleProcess.run(
        "sample", "\(folder)/well.safetensors", "--count", "2000", "--gibbs-steps", "30",
        "--output", "\(folder)/x.npy")
      #expect(result.status == 0, "\(result.errors)")
      let rows: Tensor<Double> = try DataFile.load("\(folder)/x.npy").dataset.batch(0..<2000)
      for column in 0..<2 {
        let values = rows.columns(column..<column + 1)
        // Chains start at the well's own distribution N(1, 1/4): five standard errors.
        #expect(abs(values.mean() - 1) < 5 * 0.5 / 2000.0.squareRoot())
        let variance = (values - values.mean()).squared().mean()
        #expect(abs(variance - 0.25) < 5 * 0.25 * (2 / 2000.0).squareRoot())
      }
    }
  }

  @Test func badOptionsAreNamed() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeRing(20, to: "\(folder)/ring.npy")
      for (extra, words) in [
        (["--architecture", "mlp:0"], ["--architecture", "mlp:0"]),
        (["--architecture", "tree:3"], ["--architecture", "tree:3"]),
        (["--architecture", "conv:8"], ["conv:8", "images"]),
        (["--noise", "0"], ["--noise"]), (["--averaging", "1"], ["--averaging"]),
        (["--step-size", "-1"], ["--step-size"]),
        (["--estimator", "nce", "--no-standardize"], ["--no-standardize"]),
        (["--binarize", "sample"], ["--binarize"]),
        (["--groups", "0"], ["--groups"]), (["--beta1", "1"], ["--beta1"]),
        (["--groups", "2", "--estimator", "cd"], ["--groups", "pcd", "cd"]),
        (["--start", "noise", "--estimator", "sm"], ["--start", "pcd", "sm"]),
        (["--beta1", "0", "--optimizer", "sgd"], ["--beta1", "sgd"]),
      ] {
        for word in words {
          try BadInputTests.expectFailure(
            Self.arguments(folder, "run") + extra, saying: word, in: folder)
        }
      }
    }
  }
}
