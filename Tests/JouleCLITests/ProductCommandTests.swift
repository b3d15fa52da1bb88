import Foundation
import Joule
import JouleTestSupport
import Testing

/// `product`, and the commands that take what it writes, as a user runs them.
@Suite struct ProductCommandTests {
  typealias Machine = RestrictedBoltzmannMachine<Float>

  static func machine(_ seed: UInt64, visible: Int = 6, hidden: Int = 3) -> Machine {
    let key = RandomKey(seed: seed)
    return Machine(
      weights: Tensor(normal: [visible, hidden], using: key.folded("w")),
      visibleBias: Tensor(normal: [visible], using: key.folded("b")),
      hiddenBias: Tensor(normal: [hidden], using: key.folded("c")))
  }

  static func save(_ machine: Machine, _ path: String) throws {
    var archive = Archive()
    machine.archive(into: &archive)
    try ModelFile.save(archive, to: path)
  }

  /// Two machines in files, and data.
  static func withModels(_ body: (String, [Machine]) throws -> Void) throws {
    try JouleProcess.withFolder { folder in
      let machines = [machine(551), machine(552, hidden: 4)]
      for (machine, name) in zip(machines, ["a", "b"]) {
        try save(machine, "\(folder)/\(name).safetensors")
      }
      let rows = States.rows([5, 17, 40, 63, 0, 9], count: 6, as: Float.self)
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
      try body(folder, machines)
    }
  }

  static func product(_ folder: String, _ extra: String...) throws -> JouleProcess.Result {
    try JouleProcess.run(
      ["product", "\(folder)/a.safetensors", "\(folder)/b.safetensors"] + extra + [
        "--output", "\(folder)/product.safetensors",
      ])
  }

  static func logPartition(_ folder: String) throws -> Double {
    let result = try JouleProcess.run(
      "evaluate", "\(folder)/product.safetensors", "--data", "\(folder)/data.npy", "--exact",
      "--format", "json")
    #expect(result.status == 0, "\(result.errors)")
    return try #require(
      try JSON(parsing: result.output)["log_partition"]?["estimate"]?.doubleValue)
  }

  /// log Σ exp(−Σ w F) by brute force.
  static func expected(_ machines: [Machine], _ weights: [Double]) -> Double {
    let brute = machines.map { machine in
      let exact = RestrictedBoltzmannMachine<Double>(machine)
      return BruteForceMachine(
        weights: exact.weights, visibleBias: exact.visibleBias, hiddenBias: exact.hiddenBias)
    }
    let sum = (0..<64).reduce(0.0) { sum, state in
      sum
        + exp(
          zip(weights, brute).reduce(0) { $0 - $1.0 * $1.1.freeEnergy(visible: state) })
    }
    return log(sum)
  }

  @Test func machinesMakeAMachine() throws {
    try Self.withModels { folder, machines in
      let result = try Self.product(folder, "--weights", "1,2")
      #expect(result.status == 0, "\(result.errors)")
      let file = try ModelFile.load("\(folder)/product.safetensors")
      #expect(file.metadata["joule.model"] == "rbm")
      #expect(try Machine(from: file).hiddenCount == 3 + 2 * 4)
      #expect(abs(try Self.logPartition(folder) - Self.expected(machines, [1, 2])) < 1e-6)
    }
  }

  @Test(arguments: [["--keep"], ["--weights", "0.5,1.5"]])
  func expertsAreKept(_ options: [String]) throws {
    try Self.withModels { folder, machines in
      let weights = options.count == 1 ? [1.0, 1] : [0.5, 1.5]
      let made = try JouleProcess.run(
        ["product", "\(folder)/a.safetensors", "\(folder)/b.safetensors"] + options + [
          "--output", "\(folder)/product.safetensors",
        ])
      #expect(made.status == 0, "\(made.errors)")
      // Energies are in Float: 64 terms, each to some ulps of energies of at most 30 nats.
      #expect(abs(try Self.logPartition(folder) - Self.expected(machines, weights)) < 1e-4)
      // The experts are gone; the file is enough.
      for name in ["a", "b"] {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name).safetensors")
      }
      let checked = try JouleProcess.run(
        "verify", "\(folder)/product.safetensors", "--chains", "4000")
      #expect(checked.status == 0, "\(checked.output)")
      for part in ["expert 0, the model", "expert 1, the model", "all experts together"] {
        #expect(checked.output.contains(part + ":"), "\(checked.output)")
      }
      let info = try JouleProcess.run("info", "\(folder)/product.safetensors")
      #expect(info.status == 0 && info.output.contains("a product of experts over bits"))
      #expect(info.output.contains("expert1.weights") && info.output.contains("experts 2"))
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/product.safetensors", "--count", "2000", "--gibbs-steps", "200",
        "--output", "\(folder)/out.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let rows: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      let brute = machines.map { machine in
        let exact = RestrictedBoltzmannMachine<Double>(machine)
        return BruteForceMachine(
          weights: exact.weights, visibleBias: exact.visibleBias, hiddenBias: exact.hiddenBias)
      }
      let logZ = Self.expected(machines, weights)
      let probabilities = (0..<64).map { state in
        exp(zip(weights, brute).reduce(-logZ) { $0 - $1.0 * $1.1.freeEnergy(visible: state) })
      }
      let distance = MonteCarlo.totalVariation(
        of: States.numbers(of: rows), from: probabilities)
      let floor = MonteCarlo.floor(of: probabilities, count: 2000)
      // Independent draws come to 0.8 of the floor; a product of other weights is far off.
      #expect(distance < 1.5 * floor, "\(distance), floor \(floor)")
    }
  }

  @Test func annealingBracketsTheExactValue() throws {
    try Self.withModels { folder, machines in
      #expect(try Self.product(folder, "--weights", "0.5,0.7").status == 0)
      let result = try JouleProcess.run(
        "evaluate", "\(folder)/product.safetensors", "--data", "\(folder)/data.npy",
        "--ais-chains", "200", "--ais-steps", "200", "--format", "json")
      let partition = try #require(try JSON(parsing: result.output)["log_partition"])
      #expect(partition["method"]?.stringValue == "ais", "\(result.errors)")
      let (lower, upper) = (
        try #require(partition["lower"]?.doubleValue), try #require(partition["upper"]?.doubleValue)
      )
      let exact = Self.expected(machines, [0.5, 0.7])
      #expect(lower <= exact && exact <= upper && upper - lower < 0.5, "\(lower) \(exact) \(upper)")
    }
  }

  /// A normal distribution of two independent variables as a file.
  static func saveNormal(_ means: [Float], _ variances: [Float], _ path: String) throws {
    var archive = Archive()
    archive.store(Tensor<Float>([0]), as: "weight_logits")
    archive.store(Tensor([means]), as: "means")
    archive.store(Tensor([variances.map { log($0) }]), as: "spread")
    archive.metadata["joule.model"] = "gaussian_mixture"
    try ModelFile.save(archive, to: path)
  }

  /// Two normal distributions: log Z of the product is the logarithm of their overlap, and draws have its
  /// moments.
  @Test func numbersAreMultipliedToo() throws {
    try JouleProcess.withFolder { folder in
      try Self.saveNormal([-1, 0], [0.5, 2], "\(folder)/a.safetensors")
      try Self.saveNormal([1, 0.5], [1, 0.5], "\(folder)/b.safetensors")
      let made = try Self.product(folder)
      #expect(made.status == 0, "\(made.errors)")
      let path = "\(folder)/product.safetensors"
      let drawn = try JouleProcess.run(
        "sample", path, "--count", "2000", "--gibbs-steps", "60", "--output", "\(folder)/out.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let rows: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      // Precisions add: 2 + 1 and ½ + 2.
      let (means, variances) = ([(-2 + 1) / 3.0, 1 / 2.5], [1 / 3.0, 1 / 2.5])
      for variable in 0..<2 {
        let values = (0..<2000).map { Double(rows[$0, variable]) }
        #expect(abs(MonteCarlo.zScore(of: values, expected: means[variable])) < 4.5)
        let squares = values.map { ($0 - means[variable]) * ($0 - means[variable]) }
        #expect(abs(MonteCarlo.zScore(of: squares, expected: variances[variable])) < 4.5)
      }
      let result = try JouleProcess.run(
        "evaluate", path, "--data", "\(folder)/out.npy", "--ais-chains", "200", "--ais-steps",
        "200", "--format", "json")
      let partition = try #require(try JSON(parsing: result.output)["log_partition"])
      let exact = [(2.0, 1.5), (0.5, 2.5)].reduce(0.0) {
        $0 - $1.0 * $1.0 / (2 * $1.1) - 0.5 * log(2 * Double.pi * $1.1)
      }
      let (lower, upper) = (
        try #require(partition["lower"]?.doubleValue), try #require(partition["upper"]?.doubleValue)
      )
      #expect(lower <= exact && exact <= upper && upper - lower < 0.5, "\(lower) \(exact) \(upper)")
      // Bits and numbers do not multiply.
      try Self.save(Self.machine(555, visible: 2), "\(folder)/b.safetensors")
      let mixed = try Self.product(folder)
      #expect(mixed.status == 1)
      #expect(
        mixed.errorLines.first?.contains("experts judge the same variables, bits or numbers")
          == true)
    }
  }

  @Test func whatDoesNotFitIsRefusedInOneLine() throws {
    try Self.withModels { folder, _ in
      let cases: [([String], String)] = [
        (["--weights", "1"], "--weights has 1 numbers for 2 models: each has one"),
        (["--weights", "1,x"], "--weights are numbers with commas between them, got '1,x'"),
      ]
      for (options, message) in cases {
        let result = try JouleProcess.run(
          ["product", "\(folder)/a.safetensors", "\(folder)/b.safetensors"] + options + [
            "--output", "\(folder)/product.safetensors",
          ])
        #expect(
          result.status == 1 && result.errorLines == ["Error: \(message)"], "\(result.errors)")
      }
      try Self.save(Self.machine(553, visible: 5), "\(folder)/b.safetensors")
      let other = try Self.product(folder)
      #expect(other.status == 1)
      #expect(other.errorLines.first?.contains("has 5 variables and") == true, "\(other.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/product.safetensors"))
    }
  }

  /// A machine and a torus of spins: the product's log Z and draws are those of the sum of energies, and values may be
  /// held.
  @Test func aMachineTimesSpinsIsTheirSumOfEnergies() throws {
    try JouleProcess.withFolder { folder in
      let machine = Self.machine(556, visible: 9)
      try Self.save(machine, "\(folder)/a.safetensors")
      let spins = try JouleProcess.run(
        "ising", "--size", "3", "--temperature", "2", "--sweeps", "100", "--method", "metropolis",
        "--layout", "lattice", "--model", "\(folder)/b.safetensors")
      #expect(spins.status == 0, "\(spins.errors)")
      let torus = IsingModel<Float>(
        Lattice(height: 3, width: 3, boundary: .periodic), coupling: 0.5)
      let file = try ModelFile.load("\(folder)/b.safetensors")
      #expect(try IsingModel<Float>(from: file) == torus)
      let rows = States.rows([5, 170, 40, 63], count: 9, as: Float.self)
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
      #expect(try Self.product(folder, "--weights", "1,0.5").status == 0)
      let exact = IsingModel<Double>(torus)
      let states: Tensor<Double> = States.all(of: 9)
      let energies =
        RestrictedBoltzmannMachine<Double>(machine).energy(of: states)
        + exact.energy(of: states) * 0.5
      let expected = (-energies).logSumExp(along: 0)[]
      #expect(abs(try Self.logPartition(folder) - expected) < 1e-4)
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/product.safetensors", "--count", "2000", "--gibbs-steps", "100",
        "--output", "\(folder)/out.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let draws: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      let probabilities = energies.elements.map { exp(-$0 - expected) }
      let distance = MonteCarlo.totalVariation(
        of: States.numbers(of: draws), from: probabilities)
      #expect(distance < 1.5 * MonteCarlo.floor(of: probabilities, count: 2000))

      // The last five held at two different sets of values, each its own conditional distribution.
      var held = Tensor<Float>([2000, 9], repeating: .nan)
      for row in 0..<2000 {
        for (place, site) in (4..<9).enumerated() where row % 2 == 0 || site > 4 {
          held[row, site] = (row % 2 == 0 ? 0b10110 : 0b01100) >> place & 1 == 1 ? 1 : 0
        }
      }
      try AtomicFile.write(NPY.encode(held.elements, shape: held.shape), to: "\(folder)/held.npy")
      let filled = try JouleProcess.run(
        "sample", "\(folder)/product.safetensors", "--clamp", "\(folder)/held.npy", "--gibbs-steps",
        "100", "--output", "\(folder)/out.npy")
      #expect(filled.status == 0, "\(filled.errors)")
      let restored: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      for parity in 0..<2 {
        let own = restored.rows(at: (0..<2000).filter { $0 % 2 == parity })
        let possible = (0..<512).filter { state in
          (0..<9).allSatisfy {
            held[parity, $0].isNaN || held[parity, $0] == Float(state >> $0 & 1)
          }
        }
        #expect(possible.count == (parity == 0 ? 16 : 32))
        let total = possible.reduce(0) { $0 + probabilities[$1] }
        let conditional = (0..<512).map {
          possible.contains($0) ? probabilities[$0] / total : 0
        }
        let distance = MonteCarlo.totalVariation(
          of: States.numbers(of: own), from: conditional)
        #expect(distance < 1.5 * MonteCarlo.floor(of: conditional, count: 1000), "\(distance)")
      }
    }
  }

  /// What `joule fit` writes: members of one family make one, others are kept, counts are refused.
  @Test func fittedDistributionsAreMultiplied() throws {
    try JouleProcess.withFolder { folder in
      let rows = Tensor<Double>(normal: [60, 2], using: RandomKey(seed: 557))
      for (name, shift) in [("a", 0.0), ("b", 1.5)] {
        let text = (0..<60).map { "\(rows[$0, 0] + shift),\(rows[$0, 1] - shift * rows[$0, 0])\n" }
        try Data(text.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).csv"))
        let fitted = try JouleProcess.run(
          "fit", "multivariate-gaussian", "--data", "\(folder)/\(name).csv", "--bootstrap", "0",
          "--output", "\(folder)/\(name).safetensors")
        #expect(fitted.status == 0, "\(fitted.errors)")
      }
      typealias Normal = ExponentialFamilyModel<MultivariateGaussian>
      let experts = try ["a", "b"].map {
        try Normal(from: ModelFile.load("\(folder)/\($0).safetensors"))
      }
      #expect(try Self.product(folder, "--weights", "1,0.5").status == 0)
      let product = try Normal(from: ModelFile.load("\(folder)/product.safetensors"))
      #expect(
        product.naturalParameters == experts[0].naturalParameters + 0.5
          * experts[1].naturalParameters)
      for name in ["a", "product"] {
        let checked = try JouleProcess.run(
          "verify", "\(folder)/\(name).safetensors", "--chains", "2000")
        #expect(checked.status == 0 && !checked.output.contains("FAILED"), "\(checked.output)")
      }
      // The same two kept apart: draws have the moments of the closed form.
      #expect(try Self.product(folder, "--weights", "1,0.5", "--keep").status == 0)
      let drawn = try JouleProcess.run(
        "sample", "\(folder)/product.safetensors", "--count", "2000", "--gibbs-steps", "60",
        "--output", "\(folder)/out.npy")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let draws: Tensor<Float> = try DataFile.load("\(folder)/out.npy").dataset.batch(0..<2000)
      let expected = product.meanParameters.values
      let statistics = product.family.statistics(ofRows: Tensor<Double>(draws))
      for index in expected.indices {
        let values = (0..<2000).map { statistics[$0, index] }
        #expect(abs(MonteCarlo.zScore(of: values, expected: expected[index])) < 4.5)
      }
    }
  }

  @Test func countsHaveNoProductsButTheirOwn() throws {
    try JouleProcess.withFolder { folder in
      try Data("3\n0\n2\n5\n1\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/x.csv"))
      for (name, family) in [("a", ["poisson"]), ("b", ["binomial", "--trials", "9"])] {
        let fitted = try JouleProcess.run(
          ["fit"] + family + [
            "--data", "\(folder)/x.csv", "--bootstrap", "0", "--output",
            "\(folder)/\(name).safetensors",
          ])
        #expect(fitted.status == 0, "\(fitted.errors)")
      }
      let refused = try Self.product(folder)
      #expect(refused.status == 1 && refused.errorLines.count == 1)
      #expect(refused.errors.contains("counts, categories, parts of a whole"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/product.safetensors"))
      let own = try JouleProcess.run(
        "product", "\(folder)/a.safetensors", "\(folder)/a.safetensors", "--weights", "0.4,0.6",
        "--output", "\(folder)/product.safetensors")
      #expect(own.output.contains("a distribution of the poisson family"), "\(own.errors)")
      // A file that was made by hand is refused as well.
      var archive = Archive()
      archive.store(Tensor<Float>([1, 1]), as: "expert_weights")
      for index in 0..<2 {
        var part = try ModelFile.load("\(folder)/a.safetensors")
        part.metadata["joule.config"] = nil
        archive.store(part, prefix: "expert\(index).")
      }
      archive.metadata["joule.model"] = "real-product"
      try ModelFile.save(archive, to: "\(folder)/b.safetensors")
      let read = try JouleProcess.run("info", "\(folder)/b.safetensors")
      #expect(read.status == 1 && read.errors.contains("of which there are no products"))
    }
  }

  /// A machine of rows and classes judges rows with the class summed out.
  @Test func machinesOfClassesJudgeRows() throws {
    try JouleProcess.withFolder { folder in
      let machine = Self.machine(558, visible: 6)
      var archive = Archive()
      machine.archive(into: &archive)
      let key = RandomKey(seed: 559)
      archive.store(Tensor<Float>(normal: [2, 3], using: key.folded("u")), as: "label_weights")
      archive.store(Tensor<Float>(normal: [2], using: key.folded("d")), as: "label_bias")
      archive.metadata["joule.model"] = "classification_rbm"
      try ModelFile.save(archive, to: "\(folder)/a.safetensors")
      try Self.save(machine, "\(folder)/b.safetensors")
      let rows = States.rows([5, 17, 40, 63, 0, 9], count: 6, as: Float.self)
      try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/data.npy")
      #expect(try Self.product(folder).status == 0)
      func energies(_ name: String) throws -> [Double] {
        let result = try JouleProcess.run(
          "score", "\(folder)/\(name).safetensors", "--data", "\(folder)/data.npy", "--format",
          "json")
        #expect(result.status == 0, "\(result.errors)")
        return (try JSON(parsing: result.output)["scores"]?.arrayValue ?? []).compactMap(
          \.doubleValue)
      }
      let checked = try JouleProcess.run("verify", "\(folder)/a.safetensors")
      #expect(checked.status == 0 && checked.output.contains("passed  gradient"), "\(checked)")
      let (a, b, both) = (try energies("a"), try energies("b"), try energies("product"))
      #expect(both.count == 6)
      for row in 0..<6 { #expect(abs(both[row] - a[row] - b[row]) < 1e-4) }
    }
  }

  @Test func aDamagedProductIsRefused() throws {
    try Self.withModels { folder, _ in
      #expect(try Self.product(folder, "--keep").status == 0)
      let path = "\(folder)/product.safetensors"
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
        try message { $0.tensors["expert1.weights"] = nil }
          .contains("it has no entry 'weights'"))
      #expect(
        try message { $0.store(Tensor<Float>([1]), as: "stranger") }
          .contains("unknown tensor 'stranger'"))
      #expect(
        try message { $0.metadata["expert0.joule.model"] = "oracle" }
          .contains("expert0.joule.model is 'oracle'"))
      #expect(
        try message { $0.store(Self.archive(Self.machine(554, visible: 5)), prefix: "expert1.") }
          .contains("expert 1 has 5 variables and expert 0 has 6"))
    }
  }

  private static func archive(_ machine: Machine) -> Archive {
    var archive = Archive()
    machine.archive(into: &archive)
    return archive
  }
}
