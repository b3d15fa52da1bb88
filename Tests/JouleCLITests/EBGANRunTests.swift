import Foundation
import Joule
import JouleTestSupport
import Testing

/// `joule train ebgan`, whose energies have no log Z, and what the other commands make of its file.
@Suite(.serialized) struct EBGANRunTests {
  private static func writeData(to path: String) throws {
    let rows = Tensor<Double>(normal: [300, 3], using: RandomKey(seed: 1))
    var text = "first,second,third\n"
    for row in 0..<300 {
      // Two numbers and their sum: what an autoencoder with a code of two can learn.
      text += "\(rows[row, 0]),\(rows[row, 1]),\(rows[row, 0] + rows[row, 1])\n"
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func aRunEndsInEnergiesAndRowsOfTheGenerator() throws {
    try JouleProcess.withFolder { folder in
      let data = "\(folder)/data.csv"
      try Self.writeData(to: data)
      let begin = ["train", "ebgan", "--data", data, "--epochs", "40", "--hidden", "16"]
      let trained = try JouleProcess.run(begin + ["--output", "\(folder)/run"])
      #expect(trained.status == 0, "\(trained.errors)")
      let model = "\(folder)/run/model.safetensors"
      let epochs = try MetricsLog.records("\(folder)/run/metrics.jsonl").filter {
        $0["record"]?.stringValue == "epoch"
      }
      let first = try #require(epochs.first?["mean_energy"]?.doubleValue)
      let last = try #require(epochs.last?["mean_energy"]?.doubleValue)
      #expect(last < first)

      let judged = try JouleProcess.run("evaluate", model, "--data", data, "--format", "json")
      #expect(judged.status == 0, "\(judged.errors)")
      let report = try JSON(parsing: judged.output)
      #expect(report["log_partition"] == .null && report["average_log_likelihood"] == .null)
      #expect(report["mean_free_energy"]?.doubleValue != nil)
      let exact = try JouleProcess.run("evaluate", model, "--data", data, "--exact")
      #expect(exact.status != 0 && exact.errorLines.count == 1, "\(exact.errors)")

      let drawn = try JouleProcess.run(
        "sample", model, "--count", "7", "--output", "\(folder)/x.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(try DataFile.load("\(folder)/x.npy").dataset.rowCount == 7)

      let other = try JouleProcess.run(begin + ["--output", "\(folder)/two", "--threads", "2"])
      #expect(other.status == 0, "\(other.errors)")
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/model.safetensors"))
      }
      #expect(try bytes("run") == bytes("two"))
    }
  }

  @Test func optionsThatCannotBeMeantAreRefused() throws {
    for (option, value) in [
      ("--code", "0"), ("--latents", "-1"), ("--margin", "nan"), ("--pulling-away", "-1"),
      ("--generator", "x"),
    ] {
      try JouleProcess.withFolder { folder in
        let result = try JouleProcess.run(
          "train", "ebgan", "--data", "\(folder)/none", "--output", "\(folder)/run", option, value)
        #expect(result.status != 0)
        #expect(result.errors.contains(option), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }
}
