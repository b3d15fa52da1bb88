import Foundation
import Joule
import Testing

/// `joule train boltzmann-machine` on tables, and `joule verify`.
@Suite struct MachineRunTests {
  /// Columns: a bit, a category of three that the bit decides mostly, a number that the category shifts.
  static func writeTable(_ path: String, rows: Int = 300) throws {
    var stream = RandomStream(key: RandomKey(seed: 1))
    var lines = ["bit,kind,size"]
    for _ in 0..<rows {
      let bit = stream.integer(below: 2)
      let kind = stream.integer(below: 10) < 8 ? bit : 2
      let size = 100 + 30 * Double(kind) + 5 * stream.normal(as: Double.self)
      lines.append("\(bit),\(kind),\(size)")
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }

  @Test func aTableOfMixedColumnsIsGuessedTrainedAndJudged() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeTable("\(folder)/table.csv")
      let run = try JouleProcess.run(
        "train", "boltzmann-machine", "--data", "\(folder)/table.csv", "--hidden", "5", "--epochs",
        "20", "--output", "\(folder)/run", "--quiet")
      #expect(run.status == 0, "\(run.errors)")
      let configuration = try JSON(
        parsing: String(contentsOfFile: "\(folder)/run/config.json", encoding: .utf8))
      #expect(configuration["units"]?.stringValue == "bernoulli:1+potts:1x3+gaussian:1")
      let model = "\(folder)/run/model.safetensors"
      let judged = try JouleProcess.run(
        "evaluate", model, "--data", "\(folder)/table.csv", "--exact", "--format", "json")
      #expect(judged.status == 0, "\(judged.errors)")
      let report = try JSON(parsing: judged.output)
      #expect(report["log_partition"]?["method"]?.stringValue == "exact")
      // Independent columns: log 2 for the bit, 1.06 for the category, and a normal number of deviation 26.
      let score = try #require(report["average_log_likelihood"]?.doubleValue)
      #expect(score > -6.5 && score < -3, "\(score)")
      let drawn = try JouleProcess.run(
        "sample", model, "--count", "50", "--gibbs-steps", "20", "--output", "\(folder)/s.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let rows: Tensor<Float> = try DataFile.load("\(folder)/s.npy").dataset.batch(0..<50)
      #expect(rows.shape == [50, 3])
      for row in 0..<50 {
        #expect([0, 1].contains(rows[row, 0]) && [0, 1, 2].contains(rows[row, 1]))
        #expect(rows[row, 2] > 0 && rows[row, 2] < 300)
      }
      let resume = ["train", "boltzmann-machine", "--resume", "--output", "\(folder)/run"]
      for (extra, word) in [
        (["--hidden", "9"], "--hidden is 9, but the run began with 5"),
        (["--hidden-units", "stepped:4"], "--hidden-units is stepped:4, but the run began with"),
        (
          ["--units", "gaussian"], "--units is gaussian:3, but the run began with bernoulli:1+potts"
        ),
      ] {
        try BadInputTests.expectFailure(resume + extra, saying: word, in: folder)
      }
      let verified = try JouleProcess.run("verify", model, "--chains", "2000")
      #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
      #expect(verified.output.contains("gradient") && !verified.output.contains("FAILED"))

      // A category that training never saw, at its place.
      try AtomicFile.write("0,0,100\n1,3,90\n", to: "\(folder)/new.csv")
      try BadInputTests.expectFailure(
        ["evaluate", model, "--data", "\(folder)/new.csv"],
        saying: "row 2, column 2", "never seen", in: folder)
    }
  }

  /// Adam's steps are not in proportion to gradients, so its gradients are not centred unless asked for; and chains
  /// that a rate far too high leaves behind are told of.
  @Test func aRunThatItsChainsDoNotFollowIsAdvised() throws {
    try JouleProcess.withFolder { folder in
      var stream = RandomStream(key: RandomKey(seed: 2))
      let words = (0..<6).map { _ in (0..<20).map { _ in stream.integer(below: 4) } }
      let lines = (0..<200).map { row in
        words[row % 6].map { letter in
          let value = stream.integer(below: 100) < 85 ? letter : stream.integer(below: 4)
          return "\(value)"
        }.joined(separator: ",")
      }
      try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/words.csv")
      for (rate, extra, centering, isAdvised) in [
        ("0.2", [], false, true), ("0.001", ["--centering"], true, false),
      ] {
        let run = try JouleProcess.run(
          [
            "train", "boltzmann-machine", "--data", "\(folder)/words.csv", "--units", "potts:4",
            "--hidden", "20", "--optimizer", "adam", "--learning-rate", rate, "--epochs", "4",
            "--batch-size", "20", "--chains", "20", "--output", "\(folder)/run", "--force",
            "--quiet",
          ] + extra)
        #expect(run.status == 0, "\(run.errors)")
        let configuration = try JSON(
          parsing: String(contentsOfFile: "\(folder)/run/config.json", encoding: .utf8))
        #expect(configuration["centering"]?.boolValue == centering)
        let records = try String(contentsOfFile: "\(folder)/run/metrics.jsonl", encoding: .utf8)
        #expect(records.contains("chains_behind") == isAdvised)
      }
    }
  }

  @Test func unitsThatDoNotFitAreRefusedBeforeAnythingIsWritten() throws {
    try JouleProcess.withFolder { folder in
      try Self.writeTable("\(folder)/table.csv", rows: 20)
      func train(_ extra: String...) -> [String] {
        [
          "train", "boltzmann-machine", "--data", "\(folder)/table.csv", "--output",
          "\(folder)/run",
        ] + extra
      }
      let constant = "\(folder)/constant.csv"
      try AtomicFile.write("0.1,3.5\n0.7,3.5\nnan,3.5\n", to: constant)
      let missing = "\(folder)/missing.csv"
      try AtomicFile.write("0.1,nan\n0.7,nan\n", to: missing)
      for (arguments, words) in [
        (train("--data", constant), ["constant.csv", "column 2 is 3.5 in every row"]),
        (train("--data", missing), ["missing.csv", "column 2 is missing (NaN) in every row"]),
        (train("--units", "bernoulli"), ["row 1", "column 3", "0 or 1"]),
        (train("--units", "gaussian:2"), ["2 units", "3 columns"]),
        (train("--units", "cubic"), ["cubic", "kind"]),
        (train("--units", "bernoulli:1+potts:1x1+gaussian:1"), ["less than 2 states"]),
        (train("--hidden-units", "gauss"), ["--hidden-units", "gauss"]),
        (train("--weights", "\(folder)/table.csv"), ["60", "20"]),
        (train("--similarity", "0.8"), ["--similarity", "categories"]),
        (train("--similarity", "1.5"), ["--similarity"]),
        (train("--method", "tap"), ["--method tap"]),
        (train("--temperatures", "3"), ["--temperatures is for --method pt"]),
      ] {
        let result = try JouleProcess.run(arguments)
        #expect(result.status != 0)
        for word in words {
          #expect(result.errors.contains(word), "\(arguments): \(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }

  /// Three columns that are nearly one, learnt too fast by numbers coupled to numbers: the file of a machine that has no Z is
  /// not written.
  @Test func couplingsWithoutAPartitionFunctionEndTheRun() throws {
    try JouleProcess.withFolder { folder in
      var stream = RandomStream(key: RandomKey(seed: 9))
      let text = (0..<60).map { _ in
        let shared = stream.normal(as: Double.self)
        return (0..<3).map { _ in "\(shared + 0.1 * stream.normal(as: Double.self))" }
          .joined(separator: ",") + "\n"
      }.joined()
      try AtomicFile.write(text, to: "\(folder)/table.csv")
      let run = try JouleProcess.run(
        "train", "boltzmann-machine", "--data", "\(folder)/table.csv", "--units", "gaussian",
        "--hidden-units", "standard-gaussian", "--hidden", "8", "--learning-rate", "0.8",
        "--schedule", "constant", "--weight-decay", "0", "--method", "cd", "--epochs", "40",
        "--checkpoint-every", "1", "--output", "\(folder)/run", "--quiet")
      #expect(run.status == 1 && run.errorLines.count == 1, "\(run.errors)")
      #expect(run.errors.contains("too strongly to be normalisable"), "\(run.errors)")
      // What is kept has one.
      let kept = try JouleProcess.run("info", "\(folder)/run/model.safetensors")
      #expect(kept.status == 0, "\(kept.errors)")
    }
  }

  /// Two modes of chances nine to one that no chain leaves: chains from noise end in either as often.
  @Test func chainsThatAreTrappedAreToldOf() throws {
    try JouleProcess.withFolder { folder in
      let text = (0..<200).map { row in
        Array(repeating: row % 10 == 0 ? "-1" : "1", count: 20).joined(separator: ",") + "\n"
      }.joined()
      try AtomicFile.write(text, to: "\(folder)/modes.csv")
      let run = try JouleProcess.run(
        "train", "boltzmann-machine", "--data", "\(folder)/modes.csv", "--hidden", "4",
        "--epochs", "100", "--learning-rate", "0.1", "--batch-size", "50", "--output",
        "\(folder)/run", "--quiet")
      #expect(run.status == 0, "\(run.errors)")
      let records = try MetricsLog.records("\(folder)/run/metrics.jsonl")
      #expect(records.contains { $0["about"]?.stringValue == "slow_mixing" })
    }
  }

  @Test func alignedSequencesAreWeightedAndResumeWithTheSameBytes() throws {
    try JouleProcess.withFolder { folder in
      var stream = RandomStream(key: RandomKey(seed: 2))
      let letters = Array("ACDEFG-")
      let text = (0..<60).map { number in
        ">s\(number)\n" + String((0..<12).map { _ in letters[stream.integer(below: 7)] }) + "\n"
      }.joined()
      try AtomicFile.write(text, to: "\(folder)/family.fasta")
      func train(_ name: String, _ extra: [String]) throws -> JouleProcess.Result {
        try JouleProcess.run(
          ["train", "boltzmann-machine", "--output", "\(folder)/\(name)", "--quiet"] + extra)
      }
      let options = [
        "--data", "\(folder)/family.fasta", "--units", "potts:21", "--similarity", "0.8",
        "--hidden",
        "4", "--hidden-units", "drelu", "--epochs", "3", "--batch-size", "20",
      ]
      let first = try train("one", options + ["--threads", "1"])
      #expect(first.status == 0, "\(first.errors)")
      let second = try train("two", options + ["--threads", "2"])
      #expect(second.status == 0, "\(second.errors)")
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
      }
      #expect(try bytes("one") == bytes("two"))
    }
  }
}
