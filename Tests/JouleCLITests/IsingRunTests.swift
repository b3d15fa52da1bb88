import Foundation
import Joule
import JouleTestSupport
import Testing

/// `joule train ising`, from bits to a model that other commands take.
@Suite struct IsingRunTests {
  static let truth = IsingModel<Double>(
    Lattice(height: 2, width: 3), coupling: 0.5, field: Tensor([0.3, -0.2, 0, 0.1, 0.4, -0.5]))

  static func writeDraws(_ count: Int, to path: String) throws -> Tensor<Double> {
    let rows = try NarrowField<Double>(truth)
      .sample(count: count, using: ChainRandom(key: RandomKey(seed: 571)))
    let bits = Tensor<Float>(rows)
    try AtomicFile.write(NPY.encode(bits.elements, shape: bits.shape), to: path)
    return rows
  }

  /// The exact gradient ends where the moments are the data's, and the likelihood is the sum's over all states.
  @Test func theExactGradientMatchesMoments() throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.npy"
      let rows = try Self.writeDraws(400, to: data)
      let trained = try JouleProcess.run(
        "train", "ising", "--data", data, "--graph", "2x3", "--estimator", "exact", "--epochs",
        "300", "--batch-size", "400", "--learning-rate", "0.3", "--schedule", "constant",
        "--output", "\(folder)/run")
      #expect(trained.status == 0, "\(trained.errors)")
      let model = IsingModel<Double>(
        try IsingModel<Float>(from: Self.model("\(folder)/run/model.safetensors")))
      let sum = try VariableElimination().sum(model)
      for site in 0..<6 {
        let mean = rows.mean(along: 0)[site]
        // Steps end where the gradient is lost in the rounding of Float.
        #expect(abs(sum.marginal(ofSite: site, 1) - mean) < 1e-4)
      }
      for (edge, sites) in model.graph.edges.enumerated() {
        let mean =
          (0..<400).reduce(0.0) { $0 + rows[$1, sites.first] * rows[$1, sites.second] } / 400
        #expect(abs(sum.marginal(ofEdge: edge, 1, 1) - mean) < 1e-4)
      }
      let judged = try JouleProcess.run(
        "evaluate", "\(folder)/run/model.safetensors", "--data", data, "--exact", "--format", "json"
      )
      let report = try JSON(parsing: judged.output)
      let partition = try #require(report["log_partition"]?["estimate"]?.doubleValue)
      #expect(abs(partition - ExactPartition.logPartition(of: model)) < 1e-5)
      let annealed = try JouleProcess.run(
        "evaluate", "\(folder)/run/model.safetensors", "--data", data, "--ais-chains", "200",
        "--ais-steps", "100", "--format", "json")
      let bracket = try #require(try JSON(parsing: annealed.output)["log_partition"])
      let (lower, upper) = (
        try #require(bracket["lower"]?.doubleValue), try #require(bracket["upper"]?.doubleValue)
      )
      #expect(lower <= partition && partition <= upper && upper - lower < 0.5)
      let checked = try JouleProcess.run(
        "verify", "\(folder)/run/model.safetensors", "--chains", "5000")
      #expect(checked.status == 0 && checked.output.contains("passed  sampler, 16 steps"))
    }
  }

  static func model(_ path: String) throws -> Archive {
    var archive = try ModelFile.load(path)
    #expect(archive.metadata["joule.model"] == "ising")
    archive.metadata["joule.config"] = nil
    return archive
  }

  @Test func anInterruptedRunEndsWithTheSameBytes() throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.npy"
      _ = try Self.writeDraws(200, to: data)
      let begin = ["train", "ising", "--data", data, "--epochs", "2000"]
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
      #expect(text.contains("joule train ising --resume"), "\(text)")
      let resumed = try JouleProcess.run(
        "train", "ising", "--resume", "--output", "\(folder)/cut", "--quiet")
      #expect(resumed.status == 0, "\(resumed.errors)")
      let whole = try JouleProcess.run(
        begin + ["--output", "\(folder)/whole", "--quiet", "--threads", "2"])
      #expect(whole.status == 0, "\(whole.errors)")
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
      }
      #expect(try bytes("cut") == bytes("whole"))
    }
  }

  /// Estimators that see the model by chains or by ratios learn what the data are like too.
  @Test(arguments: ["cd", "rm"]) func otherEstimatorsLearn(estimator: String) throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.npy"
      _ = try Self.writeDraws(400, to: data)
      let trained = try JouleProcess.run(
        "train", "ising", "--data", data, "--graph", "2x3", "--estimator", estimator, "--epochs",
        "60", "--learning-rate", "0.1", "--quiet", "--output", "\(folder)/run")
      #expect(trained.status == 0, "\(trained.errors)")
      let model = IsingModel<Double>(
        try IsingModel<Float>(from: Self.model("\(folder)/run/model.safetensors")))
      // Couplings of 0.5 from 400 rows: a deviation of 0.06 each, and the mean of seven of less.
      #expect(abs(model.couplings.mean() - 0.5) < 0.15, "\(model.couplings)")
    }
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.npy"
      _ = try Self.writeDraws(20, to: data)
      for (options, message) in [
        (["--graph", "2x4"], "expected a lattice of 6 sites"),
        (["--graph", "ring"], "expected complete, or a lattice such as 28x28"),
        (["--graph", "2x3:periodic"], "2 would be joined twice"),
        (["--estimator", "rm", "--chains", "5"], "--chains is for chains"),
        (["--estimator", "exact", "--steps", "5"], "--steps is for chains"),
        (["--steps", "0"], "--steps must be at least 1"),
      ] {
        let result = try JouleProcess.run(
          ["train", "ising", "--data", data] + options + ["--output", "\(folder)/run"])
        #expect(
          result.status == 1 && result.errorLines.count == 1
            && result.errors.contains(message), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
      for (options, message) in [
        (["--temperature", "2,3"], "--model is of one temperature, got 2"),
        (["--temperature", "2", "--size", "2"], "--model is of a torus of side 3 to 4096"),
      ] {
        let result = try JouleProcess.run(
          ["ising", "--sweeps", "10", "--size", "4", "--model", "\(folder)/x.safetensors"]
            + options)
        #expect(result.status == 1 && result.errors.contains(message), "\(result.errors)")
      }
    }
  }
}
