import Foundation
import Joule
import JouleTestSupport
import Testing

/// `mixture`, and the commands that take what it writes, as a user runs them.
@Suite struct MixtureCommandTests {
  static func mixture(_ folder: String, _ extra: String...) throws -> JouleProcess.Result {
    try JouleProcess.run(
      ["mixture", "\(folder)/a.safetensors", "\(folder)/b.safetensors"] + extra + [
        "--output", "\(folder)/mixture.safetensors",
      ])
  }

  /// p of every state of six bits, from brute-force free energies.
  static func densities(_ machines: [ProductCommandTests.Machine]) -> [[Double]] {
    machines.map { machine in
      let exact = RestrictedBoltzmannMachine<Double>(machine)
      let brute = BruteForceMachine(
        weights: exact.weights, visibleBias: exact.visibleBias, hiddenBias: exact.hiddenBias)
      let weights = (0..<64).map { exp(-brute.freeEnergy(visible: $0)) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
  }

  static func scores(_ folder: String) throws -> [Double] {
    let result = try JouleProcess.run(
      "score", "\(folder)/mixture.safetensors", "--data", "\(folder)/data.npy", "--format", "json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try JSON(parsing: result.output)
    #expect(report["quantity"]?.stringValue == "log_density")
    return (report["scores"]?.arrayValue ?? []).compactMap(\.doubleValue)
  }

  @Test func machinesAreMixedByTheirDensities() throws {
    try ProductCommandTests.withModels { folder, machines in
      // Sums of so few states are exact.
      let made = try Self.mixture(folder, "--weights", "1,3", "--data", "\(folder)/data.npy")
      #expect(made.status == 0, "\(made.errors)")
      let densities = Self.densities(machines)
      let mixed = (0..<64).map { 0.25 * densities[0][$0] + 0.75 * densities[1][$0] }
      let scores = try Self.scores(folder)
      for (score, state) in zip(scores, [5, 17, 40, 63, 0, 9]) {
        #expect(abs(score - log(mixed[state])) < 1e-5)
      }
      let judged = try JouleProcess.run(
        "evaluate", "\(folder)/mixture.safetensors", "--data", "\(folder)/data.npy", "--format",
        "json")
      let likelihood = try JSON(parsing: judged.output)["average_log_likelihood"]?.doubleValue
      #expect(abs(try #require(likelihood) - scores.reduce(0, +) / 6) < 1e-6)
      let checked = try JouleProcess.run(
        "verify", "\(folder)/mixture.safetensors", "--chains", "1000")
      #expect(checked.status == 0 && checked.output.contains("all experts together"))
      // A file with a wrong log Z is no distribution, and is found.
      var wrong = try ModelFile.load("\(folder)/mixture.safetensors")
      let partitions: Tensor<Double> = try wrong.tensor("log_partitions")
      wrong.store(partitions + 0.01, as: "log_partitions")
      try ModelFile.save(wrong, to: "\(folder)/wrong.safetensors")
      let found = try JouleProcess.run("verify", "\(folder)/wrong.safetensors", "--chains", "1000")
      #expect(found.status == 1 && found.output.contains("FAILED  log Z"), "\(found.output)")
      // The experts are gone; the file is enough.
      for name in ["a", "b"] {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name).safetensors")
      }
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/mixture.safetensors", "--count", "2000", "--gibbs-steps", "200",
        "--output", "\(folder)/out.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let rows: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      func distance(_ probabilities: [Double]) -> Double {
        MonteCarlo.totalVariation(of: States.numbers(of: rows), from: probabilities)
          / MonteCarlo.floor(of: probabilities, count: 2000)
      }
      #expect(distance(mixed) < 1.5, "\(distance(mixed))")
      // Draws tell it from the mixture of other weights, and from either expert.
      #expect(distance((0..<64).map { 0.75 * densities[0][$0] + 0.25 * densities[1][$0] }) > 1.5)
    }
  }

  /// Weights that are not given are the best ones for the rows, whatever log Z is given as.
  @Test func weightsAreFittedToRows() throws {
    try ProductCommandTests.withModels { folder, machines in
      let densities = Self.densities(machines)
      let table = AliasTable(
        weights: (0..<64).map { 0.6 * densities[0][$0] + 0.4 * densities[1][$0] })
      var stream = RandomStream(key: RandomKey(seed: 561))
      let states = (0..<600).map { _ in stream.categorical(table) }
      let rows: Tensor<Float> = States.rows(states, count: 6)
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
      let made = try Self.mixture(folder, "--data", "\(folder)/data.npy", "--format", "json")
      #expect(made.status == 0, "\(made.errors)")
      let report = try JSON(parsing: made.output)
      let weight = try #require(report["experts"]?.arrayValue?[0]["weight"]?.doubleValue)
      // The zero of the slope, by halving.
      var (low, high) = (0.0, 1.0)
      for _ in 0..<50 {
        let middle = (low + high) / 2
        let slope = states.reduce(0) {
          let (p, q) = (densities[0][$1], densities[1][$1])
          return $0 + (p - q) / (middle * p + (1 - middle) * q)
        }
        if slope > 0 { low = middle } else { high = middle }
      }
      // Energies in Float are right to 1e-6; the slope has a curvature of some tenths.
      #expect(abs(weight - low) < 1e-4, "\(weight), \(low)")
      let gap = try #require(report["fit"]?["largest_improvement"]?.doubleValue)
      #expect(gap <= 1e-8)
      let best = try #require(report["fit"]?["average_log_likelihood"]?.doubleValue)
      let scores = try Self.scores(folder)
      #expect(abs(scores.reduce(0, +) / 600 - best) < 1e-6)
      // A log Z that is too large by log 2 for one expert doubles its share against the other's; the densities, and so
      // the likelihood, stay.
      let partitions = try #require(report["experts"]?.arrayValue).compactMap {
        $0["log_partition"]?.doubleValue
      }
      #expect(report["log_partition_error"]?.doubleValue == 0)
      let given = try Self.mixture(
        folder, "--log-partitions", "\(partitions[0] + 0.1),\(partitions[1] + 0.1)", "--data",
        "\(folder)/data.npy", "--format", "json")
      let other = try JSON(parsing: given.output)
      let same = try #require(other["experts"]?.arrayValue?[0]["weight"]?.doubleValue)
      #expect(abs(same - weight) < 1e-6)
      let lower = try #require(other["fit"]?["average_log_likelihood"]?.doubleValue)
      #expect(abs(best - lower - 0.1) < 1e-5)
    }
  }

  /// log Z that is annealed is known between two ends, and so is the likelihood of the mixture.
  @Test func whatIsNotExactIsSaid() throws {
    try JouleProcess.withFolder { folder in
      try ProductCommandTests.saveNormal([-1, 0], [0.5, 2], "\(folder)/a.safetensors")
      try ProductCommandTests.saveNormal([1, 0.5], [1, 0.5], "\(folder)/n.safetensors")
      let product = try JouleProcess.run(
        "product", "\(folder)/a.safetensors", "\(folder)/n.safetensors", "--output",
        "\(folder)/b.safetensors")
      #expect(product.status == 0, "\(product.errors)")
      let rows = Tensor<Float>(normal: [40, 2], using: RandomKey(seed: 562))
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
      let made = try Self.mixture(folder, "--data", "\(folder)/data.npy", "--format", "json")
      #expect(made.status == 0, "\(made.errors)")
      let report = try JSON(parsing: made.output)
      let experts = try #require(report["experts"]?.arrayValue)
      #expect(experts.map { $0["method"]?.stringValue } == ["normalized", "ais"])
      let error = try #require(report["log_partition_error"]?.doubleValue)
      let (lower, upper) = (
        try #require(experts[1]["lower"]?.doubleValue),
        try #require(experts[1]["upper"]?.doubleValue)
      )
      let exact = [(2.0, 1.5), (0.5, 2.5)].reduce(0.0) {
        $0 - $1.0 * $1.0 / (2 * $1.1) - 0.5 * log(2 * Double.pi * $1.1)
      }
      #expect(lower <= exact && exact <= upper && error > 0 && error <= upper - lower)
      let judged = try JouleProcess.run(
        "evaluate", "\(folder)/mixture.safetensors", "--data", "\(folder)/data.npy", "--format",
        "json")
      let partition = try #require(try JSON(parsing: judged.output)["log_partition"])
      #expect(partition["method"]?.stringValue == "experts")
      #expect(abs((partition["upper"]?.doubleValue ?? 0) - error) < 1e-12)
    }
  }

  @Test func whatCannotBeMixedIsRefusedInOneLine() throws {
    try ProductCommandTests.withModels { folder, _ in
      let cases: [([String], String)] = [
        (["--weights", "1"], "--weights has 1 numbers for 2 models"),
        (["--weights", "1,x"], "--weights are numbers with commas between them, got '1,x'"),
        (["--weights", "1,0"], "--weights are shares, and each is above 0, got 0"),
        (["--log-partitions", "1,inf"], "--log-partitions are numbers with commas"),
        (["--weights", "1,1"], "of binary units, and a mixture needs its log Z"),
        (["--data", "\(folder)/none.npy"], "none.npy"),
      ]
      for (options, message) in cases {
        let result = try JouleProcess.run(
          ["mixture", "\(folder)/a.safetensors", "\(folder)/b.safetensors"] + options + [
            "--output", "\(folder)/mixture.safetensors",
          ])
        #expect(
          result.status == 1 && result.errorLines.count == 1
            && result.errors.contains(message), "\(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/mixture.safetensors"))

      #expect(try Self.mixture(folder, "--data", "\(folder)/data.npy").status == 0)
      let path = "\(folder)/mixture.safetensors"
      let whole = try ModelFile.load(path)
      func message(_ damage: (inout Archive) -> Void) throws -> String {
        var archive = whole
        damage(&archive)
        try ModelFile.save(archive, to: path)
        let result = try JouleProcess.run("info", path)
        #expect(result.status == 1)
        return result.errorLines.first ?? ""
      }
      #expect(
        try message { $0.tensors["expert1.weights"] = nil }.contains("it has no entry 'weights'"))
      #expect(
        try message { $0.store(Tensor<Double>([1, 0]), as: "proportions") }
          .contains("the proportion of expert 1 is 0"))
      #expect(
        try message { $0.store(Tensor<Double>([[1, 0, 2], [0, 0, 0]]), as: "log_partitions") }
          .contains("log_partitions of expert 0"))
      #expect(
        try message { $0.store(Tensor<Double>([0, 0]), as: "log_partitions") }
          .contains("expected [2, 3]"))
      #expect(
        try message { $0.store(Tensor<Float>([1]), as: "stranger") }
          .contains("unknown tensor 'stranger'"))
    }
  }
}
