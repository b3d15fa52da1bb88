import Foundation
import Joule
import JouleTestSupport
import Testing

/// `joule train dbm` and `joule train dbn`, from layers one by one to bounds, samples, and runs cut short.
@Suite(.serialized) struct DeepRunTests {
  /// A kind's options beside those of every run, and epochs that take long enough to be cut short.
  static let kinds: [(command: String, options: [String], epochs: Int)] = [
    ("dbm", chains + ["--hidden", "6,5", "--pretraining-epochs", "2"], 600),
    ("dbm", chains + ["--hidden", "5,4,3", "--pretraining", "none"], 400),
    ("dbn", chains + ["--hidden", "6,5", "--pretraining-epochs", "2"], 600),
    ("dbm", ["--hidden", "5,4", "--objective", "multi-prediction"], 300),
    ("dbm", chains + ["--hidden", "5,4", "--pretraining", "none", "--method", "pt"], 150),
    ("dbm", chains + ["--hidden", "5,4", "--pretraining", "none", "--method", "ptt"], 300),
  ]
  private static let chains = ["--chains", "20", "--gibbs-steps", "1"]

  private static func begin(_ kind: Int, _ folder: String, epochs: Int) throws -> [String] {
    let data = "\(folder)/images.idx"
    try JouleProcess.writeImages(300, side: 4, to: data)
    return ["train", kinds[kind].command, "--data", data, "--binarize", "threshold"]
      + ["--epochs", "\(epochs)"] + kinds[kind].options
  }

  private static func bytes(_ folder: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
  }

  @Test(arguments: kinds.indices) func aRunEndsInABoundThatAnyThreadsReach(kind: Int) throws {
    try JouleProcess.withFolder { folder in
      let begin = try Self.begin(kind, folder, epochs: 3)
      let data = "\(folder)/images.idx"
      let trained = try JouleProcess.run(
        begin + ["--validation", data, "--output", "\(folder)/run"])
      #expect(trained.status == 0, "\(trained.errors)")
      #expect(trained.output.contains("log-likelihood bound"), "\(trained.output)")
      for name in ["model.safetensors", "checkpoint.safetensors", "samples.png", "filters.png"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/run/\(name)"), "\(name)")
      }
      if begin.last == "ptt" {
        // The free energy is a bound, so what it makes with the run's own log Z is one.
        let records = try MetricsLog.records("\(folder)/run/metrics.jsonl")
        let last = try #require(records.last { $0["record"]?.stringValue == "epoch" })
        let bound = try #require(last["log_likelihood_bound"]?.doubleValue)
        let energy = try #require(last["mean_free_energy"]?.doubleValue)
        let logPartition = try #require(last["log_partition"]?.doubleValue)
        #expect(bound == -energy - logPartition && last["log_likelihood"] == nil)
      }
      let other = try JouleProcess.run(
        begin + ["--validation", data, "--output", "\(folder)/other", "--threads", "2", "--quiet"])
      #expect(other.status == 0, "\(other.errors)")
      #expect(try Self.bytes(folder, "run") == Self.bytes(folder, "other"))

      let model = "\(folder)/run/model.safetensors"
      func report(_ method: [String]) throws -> JSON {
        let judged = try JouleProcess.run(
          ["evaluate", model, "--data", data, "--binarize", "threshold", "--format", "json"]
            + method)
        #expect(judged.status == 0, "\(judged.errors)")
        return try JSON(parsing: judged.output)
      }
      // Annealing brackets the exact log Z, two standard errors either way and some more for the draw.
      let exact = try report(["--exact"])
      let annealed = try report(["--ais-chains", "200", "--ais-steps", "200"])
      #expect(exact["is_lower_bound"]?.boolValue == true)
      let logZ = try #require(exact["log_partition"]?["estimate"]?.doubleValue)
      let estimate = try #require(annealed["log_partition"]?["estimate"]?.doubleValue)
      let error = try #require(annealed["log_partition"]?["standard_error"]?.doubleValue)
      #expect(abs(estimate - logZ) < 4.5 * error + 1e-3, "\(estimate) ± \(error), exact \(logZ)")

      let verified = try JouleProcess.run("verify", model, "--chains", "2000")
      #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
      #expect(verified.output.contains("passed  sampler, 16 steps"), "\(verified.output)")
      let info = try JouleProcess.run("info", model)
      #expect(info.output.contains("hidden2"), "\(info.output)")
      let drawn = try JouleProcess.run(
        "sample", model, "--count", "7", "--gibbs-steps", "5", "--output", "\(folder)/x.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(try DataFile.load("\(folder)/x.npy").dataset.rowCount == 7)
    }
  }

  @Test(arguments: kinds.indices) func anInterruptedRunEndsWithTheSameBytes(kind: Int) throws {
    let (command, _, epochs) = Self.kinds[kind]
    try JouleProcess.withFolder { folder in
      let begin = try Self.begin(kind, folder, epochs: epochs)
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
      #expect(try Self.bytes(folder, "cut") == Self.bytes(folder, "whole"))
    }
  }

  @Test func aDeepMachineStandsOnATrainedOneAndHoldsGivenPixels() throws {
    try JouleProcess.withFolder { folder in
      let begin = try Self.begin(0, folder, epochs: 2)
      let data = "\(folder)/images.idx"
      func rbm(_ hidden: String) throws {
        let result = try JouleProcess.run(
          "train", "rbm", "--data", data, "--binarize", "threshold", "--hidden", hidden, "--epochs",
          "2", "--output", "\(folder)/rbm", "--force", "--quiet")
        #expect(result.status == 0, "\(result.errors)")
      }
      let bottom = "\(folder)/rbm/model.safetensors"
      let options =
        Array(begin.prefix { $0 != "--pretraining-epochs" })
        + ["--bottom", bottom, "--output", "\(folder)/run", "--quiet"]
      try rbm("7")
      let refused = try JouleProcess.run(options)
      #expect(refused.status == 1 && refused.errorLines.count == 1, "\(refused.errors)")
      #expect(refused.errors.contains("7 hidden units, expected 16"), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      try rbm("6")
      let trained = try JouleProcess.run(options)
      #expect(trained.status == 0, "\(trained.errors)")

      // The upper half of every picture stays as it is given.
      var given = try DataFile.load(data).dataset.batch(0..<5, as: Float.self)
      given.formThreshold(above: 0.5)
      var values = given.elements
      for row in 0..<5 { for pixel in 8..<16 { values[row * 16 + pixel] = .nan } }
      try Data(NPY.encode(values, shape: [5, 16])).write(
        to: URL(fileURLWithPath: "\(folder)/half.npy"))
      let filled = try JouleProcess.run(
        "sample", "\(folder)/run/model.safetensors", "--clamp", "\(folder)/half.npy",
        "--gibbs-steps", "20", "--output", "\(folder)/filled.npy")
      #expect(filled.status == 0, "\(filled.errors)")
      let rows = try DataFile.load("\(folder)/filled.npy").dataset.batch(0..<5, as: Float.self)
      #expect(rows.columns(0..<8) == given.columns(0..<8))
      #expect(rows.elements.allSatisfy { $0 == 0 || $0 == 1 })
    }
  }

  @Test func optionsThatCannotBeMeantAreRefused() throws {
    for (options, part) in [
      (["dbm", "--inference-rounds", "0"], "--inference-rounds"),
      (["dbm", "--pretraining-rate", "nan"], "--pretraining-rate"),
      (["dbm", "--pretraining", "none", "--pretraining-epochs", "3"], "leave out"),
      (["dbm", "--bottom", "x", "--pretraining", "doubled"], "--pretraining"),
      (["dbm", "--objective", "multi-prediction", "--chains", "10"], "--chains"),
      (["dbm", "--method", "tap"], "--method tap"),
      (["dbm", "--objective", "multi-prediction", "--pretraining-epochs", "3"], "leave out"),
      (["dbn", "--pretraining-epochs", "0"], "--pretraining-epochs"),
    ] {
      let result = try JouleProcess.run(
        ["train"] + options + ["--data", "no-file", "--output", "/nonexistent/run"])
      #expect(result.status == 1, "\(options)")
      #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
    }
  }
}
