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

  @Test(arguments: ["cd", "pcd", "kl-cd", "sm", "ssm", "dsm", "ncsm", "nce", "grid"])
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

  @Test(arguments: [
    ["pcd", "--groups", "3", "--start", "noise"], ["ncsm", "--noise-levels", "4"],
  ])
  func aResumedRunEndsWithTheSameBytes(_ estimator: [String]) throws {
    try JouleProcess.withFolder { folder in
      try Self.writeRing(2000, to: "\(folder)/ring.npy")
      func options(_ run: String) -> [String] {
        Self.arguments(
          folder, run, "--averaging", "0.9", "--checkpoint-every", "1", "--batch-size", "50",
          "--beta1", "0.5", "--estimator") + estimator
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

  /// Two modes far apart, of a quarter and three quarters: draws that descend from strong noise find both with their
  /// weights.
  @Test func drawsFromStrongNoiseFindTheWeightsOfModes() throws {
    try JouleProcess.withFolder { folder in
      let noise = Tensor<Float>(normal: [2000, 1], using: RandomKey(seed: 31))
      let rows = (0..<2000).map { (($0 % 4 == 0) ? -10 : 10) + noise[$0, 0] }
      try AtomicFile.write(NPY.encode(rows, shape: [2000, 1]), to: "\(folder)/ring.npy")
      let trained = try JouleProcess.run(
        "train", "energy", "--data", "\(folder)/ring.npy", "--architecture", "mlp:32x2",
        "--estimator", "ncsm", "--noise", "0.1", "--noise-levels", "8", "--epochs", "60",
        "--batch-size", "100", "--learning-rate", "0.01", "--averaging", "0.98", "--quiet",
        "--output", "\(folder)/run")
      #expect(trained.status == 0, "\(trained.errors)")
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/run/model.safetensors", "--count", "2000", "--gibbs-steps", "400",
        "--output", "\(folder)/x.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let draws: Tensor<Double> = try DataFile.load("\(folder)/x.npy").dataset.batch(0..<2000)
      let right = Double(draws.elements.filter { $0 > 0 }.count) / 2000
      // Chains by themselves would start halves; 2,000 draws know a share to 0.01, what was learnt less well.
      #expect(abs(right - 0.75) < 0.1, "\(right)")
      let near = draws.elements.filter { abs(abs($0) - 10) < 4 }.count
      #expect(Double(near) / 2000 > 0.95, "\(near)")
      // As an energy of rows it stands at the weakest noise: the wells are there, what lies between is not known.
      let judged = try JouleProcess.run(
        "score", "\(folder)/run/model.safetensors", "--data", "\(folder)/ring.npy", "--format",
        "json")
      let energies = (try JSON(parsing: judged.output)["scores"]?.arrayValue ?? []).compactMap(
        \.doubleValue)
      #expect(energies.count == 2000 && energies.allSatisfy(\.isFinite))
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
        (["--noise-levels", "3"], ["--noise-levels", "ncsm"]),
        (["--strongest-noise", "3", "--estimator", "dsm"], ["--strongest-noise", "ncsm"]),
        (["--noise-levels", "1", "--estimator", "ncsm"], ["--noise-levels", "from 2"]),
        (["--noise", "6", "--estimator", "ncsm"], ["weakest", "strongest"]),
        (["--box", "3"], ["--box", "grid"]), (["--cells", "7"], ["--cells", "even"]),
        (["--box", "1", "--estimator", "grid"], ["outside of the grid", "wider --box"]),
      ] {
        for word in words {
          try BadInputTests.expectFailure(
            Self.arguments(folder, "run") + extra, saying: word, in: folder)
        }
      }
    }
  }
}
