import Foundation
import Joule
import Testing

/// `joule score`, and what is said of files that hold other things than a model that is known.
@Suite struct ScoreCommandTests {
  static func labels(_ count: Int) -> [Double] { (0..<count).map { $0 % 3 == 0 ? 1 : 0 } }

  static func write(_ labels: [Double], to path: String) throws {
    try AtomicFile.write(NPY.encode(labels, shape: [labels.count]), to: path)
  }

  @Test func scoresAreTheEnergiesOfTheRows() throws {
    try JouleProcess.withFolder { folder in
      let machine = try EvaluationCommandTests.write(to: folder)
      try Self.write(Self.labels(40), to: "\(folder)/labels.npy")
      let arguments = [
        "score", "\(folder)/model.safetensors", "--data", "\(folder)/data.npy", "--binarize",
        "threshold", "--labels", "\(folder)/labels.npy",
      ]
      let result = try JouleProcess.run(arguments + ["--format", "json"])
      #expect(result.status == 0, "\(result.errors)")
      let report = try JSON(parsing: result.output)
      let rows: Tensor<Float> = try DataFile.load("\(folder)/data.npy").dataset.batch(
        0..<40, binarization: .threshold)
      let energies = machine.energy(of: rows).elements.map { Double($0) }
      #expect(report["quantity"]?.stringValue == "energy")
      #expect(report["scores"]?.arrayValue?.compactMap(\.doubleValue) == energies)
      let ranking = BinaryRanking(
        scores: energies, isPositive: Self.labels(40).map { $0 == 1 })
      let found = report["anomalies"]
      #expect(found?["count"]?.integerValue == 14)
      #expect(found?["roc_auc"]?["value"]?.doubleValue == ranking.areaUnderROC.value)
      #expect(
        found?["average_precision"]?["upper"]?.doubleValue == ranking.averagePrecision.upper)

      // Into files, with every digit.
      for name in ["scores.npy", "scores.csv"] {
        let written = try JouleProcess.run(arguments + ["--output", "\(folder)/\(name)"])
        #expect(written.status == 0 && written.output.contains("ROC-AUC"), "\(written.errors)")
        #expect(try NumberTable.load("\(folder)/\(name)").values == energies)
      }
    }
  }

  @Test func badLabelsAndOutputsAreNamed() throws {
    try JouleProcess.withFolder { folder in
      _ = try EvaluationCommandTests.write(to: folder)
      func score(_ extra: String...) -> [String] {
        ["score", "\(folder)/model.safetensors", "--data", "\(folder)/data.npy"] + extra
      }
      var wrong = Self.labels(40)
      wrong[6] = 2
      try Self.write(wrong, to: "\(folder)/two.npy")
      try Self.write(Self.labels(39), to: "\(folder)/short.npy")
      try Self.write([Double](repeating: 0, count: 40), to: "\(folder)/one.npy")
      try BadInputTests.expectFailure(
        score("--labels", "\(folder)/two.npy"), saying: "two.npy", "label 7", "0 (normal)",
        in: folder)
      try BadInputTests.expectFailure(
        score("--labels", "\(folder)/short.npy"), saying: "39", "40", in: folder)
      try BadInputTests.expectFailure(
        score("--labels", "\(folder)/one.npy"), saying: "one class", in: folder)
      try BadInputTests.expectFailure(
        score("--output", "\(folder)/scores.txt"), saying: "--output", ".csv", in: folder)
    }
  }

  @Test func filesOfOtherKindsAreNamed() throws {
    try JouleProcess.withFolder { folder in
      _ = try EvaluationCommandTests.write(to: folder)
      var archive = try ModelFile.load("\(folder)/model.safetensors")
      archive.metadata["joule.model"] = "perceptron"
      try ModelFile.save(archive, to: "\(folder)/other.safetensors")
      archive.metadata = ["joule.kind": "checkpoint"]
      try ModelFile.save(archive, to: "\(folder)/checkpoint.safetensors")
      for arguments in [
        ["score", "--data", "\(folder)/data.npy"], ["evaluate", "--data", "\(folder)/data.npy"],
        ["sample", "--output", "\(folder)/x.npy"], ["info"],
      ] {
        func on(_ name: String) -> [String] {
          [arguments[0], "\(folder)/\(name)"] + arguments.dropFirst()
        }
        try BadInputTests.expectFailure(
          on("other.safetensors"), saying: "'perceptron'", "rbm", in: folder)
        try BadInputTests.expectFailure(
          on("checkpoint.safetensors"), saying: "model.safetensors", in: folder)
      }
    }
  }

  /// Scores of a file that standardizes are in the units of the data: less log-density, Σ log s more.
  @Test func standardizedColumnsAddTheirVolume() throws {
    try JouleProcess.withFolder { folder in
      let machine = try EvaluationCommandTests.write(to: folder)
      var archive = try ModelFile.load("\(folder)/model.safetensors")
      let map = Standardization(
        means: Tensor([9], repeating: 0.5), scales: Tensor([9], repeating: 4))
      map.archive(into: &archive, prefix: "standardization.")
      try ModelFile.save(archive, to: "\(folder)/scaled.safetensors")
      let result = try JouleProcess.run(
        "score", "\(folder)/scaled.safetensors", "--data", "\(folder)/data.npy", "--format",
        "json")
      let scores = try JSON(parsing: result.output)["scores"]?.arrayValue ?? []
      let data = try DataFile.load("\(folder)/data.npy").dataset
      let energies = machine.energy(of: map.standardized(data).batch(0..<40)).elements
      for (score, energy) in zip(scores, energies) {
        #expect(score.doubleValue == Double(energy) + map.logVolume)
      }
      #expect(scores.count == 40)
    }
  }
}
