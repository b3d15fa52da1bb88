import Foundation
import Joule
import JouleTestSupport
import Testing

/// `evaluate`, `sample` and `info` on files, as a user runs them.
@Suite struct EvaluationCommandTests {
  /// A model of 9 by 4 units and data, written as someone else would: three tensors, no metadata.
  static func write(to folder: String) throws -> RestrictedBoltzmannMachine<Float> {
    let key = RandomKey(seed: 3)
    let machine = RestrictedBoltzmannMachine<Float>(
      weights: Tensor(normal: [9, 4], using: key.folded("w")),
      visibleBias: Tensor(normal: [9], using: key.folded("b")),
      hiddenBias: Tensor(normal: [4], using: key.folded("c")))
    var archive = Archive()
    machine.archive(into: &archive)
    try ModelFile.save(archive, to: "\(folder)/model.safetensors")
    let rows = Tensor<Float>(uniform: [40, 9], using: key.folded("rows"))
    try AtomicFile.write(
      NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
    return machine
  }

  static func evaluation(_ folder: String, _ extra: String...) throws -> JSON {
    let (process, output, _) = try JouleProcess.start(
      [
        "evaluate", "\(folder)/model.safetensors", "--data", "\(folder)/data.npy", "--binarize",
        "threshold", "--format", "json",
      ] + extra)
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try JSON(parsing: bytes)
  }

  @Test func exactEvaluationIsTheEnumeratedOne() throws {
    try JouleProcess.withFolder { folder in
      let machine = RestrictedBoltzmannMachine<Double>(try Self.write(to: folder))
      let report = try Self.evaluation(folder, "--exact")
      let brute = BruteForceMachine(
        weights: machine.weights,
        visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias)
      let found = try #require(report["log_partition"]?["estimate"]?.doubleValue)
      #expect(abs(found - brute.logPartition) < 1e-10)
      #expect(report["log_partition"]?["method"]?.stringValue == "exact")
      #expect(report["rows"]?.integerValue == 40)
      let likelihood = try #require(report["average_log_likelihood"]?.doubleValue)
      let energy = try #require(report["mean_free_energy"]?.doubleValue)
      #expect(abs(likelihood + energy + found) < 1e-9)
      for name in ["average_log_likelihood_standard_error", "pseudo_log_likelihood"] {
        #expect(report[name]?.doubleValue != nil, "\(name)")
      }
    }
  }

  @Test func annealingBracketsTheExactValue() throws {
    try JouleProcess.withFolder { folder in
      _ = try Self.write(to: folder)
      let exact = try #require(
        try Self.evaluation(folder, "--exact")["log_partition"]?["estimate"]?.doubleValue)
      let partition = try #require(try Self.evaluation(folder)["log_partition"])
      let lower = try #require(partition["lower"]?.doubleValue)
      let upper = try #require(partition["upper"]?.doubleValue)
      #expect(lower <= exact && exact <= upper)
      #expect(upper - lower < 0.2)
      #expect(partition["method"]?.stringValue == "ais")
    }
  }

  @Test func clampedValuesStayAndMissingOnesAreFilled() throws {
    try JouleProcess.withFolder { folder in
      _ = try Self.write(to: folder)
      var rows = [Float](repeating: 1, count: 18)
      for index in [0, 4, 11] { rows[index] = .nan }
      rows[8] = 0
      try AtomicFile.write(NPY.encode(rows, shape: [2, 9]), to: "\(folder)/clamp.npy")
      let result = try JouleProcess.run(
        "sample", "\(folder)/model.safetensors", "--clamp", "\(folder)/clamp.npy",
        "--gibbs-steps", "20", "--output", "\(folder)/out.npy")
      #expect(result.status == 0, "\(result.errors)")
      let filled: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2)
      for index in 0..<18 {
        let value = filled.elements[index]
        #expect(rows[index].isNaN ? value == 0 || value == 1 : value == rows[index])
      }
    }
  }

  @Test func aMaskSaysWhatIsMissing() throws {
    try JouleProcess.withFolder { folder in
      _ = try Self.write(to: folder)
      try AtomicFile.write("1,1,1,0,0,0,1,1,1\n", to: "\(folder)/clamp.csv")
      try AtomicFile.write("1,0,1,1,0,1,1,1,1\n", to: "\(folder)/mask.csv")
      let result = try JouleProcess.run(
        "sample", "\(folder)/model.safetensors", "--clamp", "\(folder)/clamp.csv", "--mask",
        "\(folder)/mask.csv", "--count", "50", "--gibbs-steps", "5", "--output",
        "\(folder)/out.npy")
      #expect(result.status == 0, "\(result.errors)")
      let filled: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<50)
      for row in 0..<50 {
        for (column, value) in [1, 0, 1, 0, 0, 0, 1, 1, 1].enumerated()
        where column != 1 && column != 4 {
          #expect(filled[row, column] == Float(value))
        }
      }
      #expect(Set(filled.columns(1..<2).elements).count == 2)
    }
  }

  @Test func infoSaysWhatAFileHolds() throws {
    try JouleProcess.withFolder { folder in
      _ = try Self.write(to: folder)
      let result = try JouleProcess.run("info", "\(folder)/model.safetensors", "--format", "json")
      let report = try JSON(parsing: result.output)
      #expect(report["visible"]?.integerValue == 9)
      #expect(report["hidden"]?.integerValue == 4)
      #expect(report["parameters"]?.integerValue == 49)
    }
  }
}
