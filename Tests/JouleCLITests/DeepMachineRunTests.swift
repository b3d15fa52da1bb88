import Foundation
import Joule
import Testing

/// `joule train deep-boltzmann-machine` on a table of mixed columns.
@Suite struct DeepMachineRunTests {
  @Test func aTableIsGuessedTrainedJudgedAndDrawn() throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/table.csv"
      try MachineRunTests.writeTable(data)
      func train(_ output: String, _ extra: String...) throws -> Data {
        let run = try JouleProcess.run(
          [
            "train", "deep-boltzmann-machine", "--data", data, "--hidden", "5,3", "--hidden-units",
            "spin", "--epochs", "10", "--output", "\(folder)/\(output)", "--quiet",
          ] + extra)
        #expect(run.status == 0, "\(run.errors)")
        return try Data(
          contentsOf: URL(fileURLWithPath: "\(folder)/\(output)/model.safetensors"))
      }
      #expect(try train("run", "--threads", "1") == train("other", "--threads", "2"))
      _ = try train("tempered", "--method", "pt", "--temperatures", "3")
      let model = "\(folder)/run/model.safetensors"
      func score(_ options: String...) throws -> JSON {
        let judged = try JouleProcess.run(
          ["evaluate", model, "--data", data, "--exact", "--format", "json"] + options)
        #expect(judged.status == 0, "\(judged.errors)")
        return try JSON(parsing: judged.output)
      }
      // Independent columns: log 2 for the bit, 1.06 for the category, and a normal number of deviation 26.
      let report = try score()
      let bound = try #require(report["average_log_likelihood"]?.doubleValue)
      #expect(bound > -6.6 && bound < -3, "\(bound)")
      #expect(report["is_lower_bound"]?.boolValue == true)
      // The same rows, judged by chains: a bound is below.
      let rows = try score("--rows-by", "annealing", "--row-count", "300", "--ais-steps", "20")
      let likelihood = try #require(rows["average_log_likelihood"]?.doubleValue)
      let upper = try #require(rows["average_log_likelihood_upper"]?.doubleValue)
      #expect(bound <= upper && likelihood < bound + 0.5, "\(bound), \(likelihood)")

      // A run goes on as what it was.
      let resume = ["train", "deep-boltzmann-machine", "--resume", "--output", "\(folder)/run"]
      for (extra, word) in [
        (["--hidden", "5,4"], "--hidden is 5,4, but the run began with 5,3"),
        (["--hidden-units", "potts:3"], "--hidden-units is potts:3, but the run began with spin"),
        (
          ["--units", "gaussian"], "--units is gaussian:3, but the run began with bernoulli:1+potts"
        ),
      ] {
        try BadInputTests.expectFailure(resume + extra, saying: word, in: folder)
      }
      let same = try JouleProcess.run(
        resume + ["--hidden", "5,3", "--hidden-units", "spin", "--units", "auto", "--quiet"])
      #expect(same.status == 0, "\(same.errors)")

      let verified = try JouleProcess.run("verify", model, "--chains", "2000")
      #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
      for check in ["gradient", "log Z", "moments", "sampler, 16 steps"] {
        #expect(verified.output.contains("passed  \(check)"), "\(verified.output)")
      }

      let drawn = try JouleProcess.run(
        "sample", model, "--count", "50", "--gibbs-steps", "20", "--output", "\(folder)/s.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let table: Tensor<Float> = try DataFile.load("\(folder)/s.npy").dataset.batch(0..<50)
      #expect(table.shape == [50, 3])
      for row in 0..<50 {
        #expect([0, 1].contains(table[row, 0]) && [0, 1, 2].contains(table[row, 1]))
        #expect(table[row, 2] > 0 && table[row, 2] < 300)
      }
      let top = try JouleProcess.run(
        "sample", model, "--layer", "2", "--count", "9", "--gibbs-steps", "5", "--output",
        "\(folder)/top.npy")
      #expect(top.status == 0, "\(top.errors)")
      let states: Tensor<Float> = try DataFile.load("\(folder)/top.npy").dataset.batch(0..<9)
      #expect(states.shape == [9, 3] && states.elements.allSatisfy { abs($0) == 1 })
    }
  }

  @Test func whatCannotBeMeantIsRefusedBeforeAnythingIsWritten() throws {
    try JouleProcess.withFolder { folder in
      try MachineRunTests.writeTable("\(folder)/table.csv", rows: 20)
      for (options, part) in [
        (["--hidden-units", "gaussian"], "beyond their biases"),
        (["--hidden-units", "bits"], "--hidden-units"),
        (["--units", "bernoulli"], "column 3"),
        (["--method", "tap"], "--method tap"),
        (["--weight-scale", "0"], "--weight-scale"),
      ] {
        let result = try JouleProcess.run(
          [
            "train", "deep-boltzmann-machine", "--data", "\(folder)/table.csv", "--output",
            "\(folder)/run",
          ] + options)
        #expect(result.status == 1, "\(options)")
        #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }
}
