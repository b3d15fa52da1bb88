import Joule
import JouleTestSupport
import Testing

/// The two losses of an energy-based GAN against their formulas, and what training by them leads to.
@Suite struct EBGANTests {
  static let architecture = EBGANArchitecture(
    variableCount: 3, hiddenCounts: [5], codeCount: 2, latentCount: 4, generatorCounts: [6])

  static func model() -> EBGAN<Double> {
    let key = RandomKey(seed: 51)
    var model = EBGAN<Double>(architecture, using: key)
    for index in model.parameters.entries.indices {
      let entry = model.parameters.entries[index]
      model.parameters.entries[index].value =
        Tensor(normal: entry.value.shape, using: key.folded(entry.name)) * 0.7
    }
    return model
  }

  /// Σᵢ Σ_{j≠i} cos² / (N (N − 1)), pair by pair.
  static func plainPullingAway(_ rows: Tensor<Double>) -> Double {
    let count = rows.shape[0]
    var total = 0.0
    for i in 0..<count {
      for j in 0..<count where j != i {
        let (a, b) = (rows.row(i), rows.row(j))
        let cosine = a.dot(b) / (a.dot(a) * b.dot(b)).squareRoot()
        total += cosine * cosine
      }
    }
    return total / Double(count * (count - 1))
  }

  @Test func pullingAwayIsTheMeanSquaredCosine() {
    typealias Estimator = AdversarialContrast<EBGAN<Double>>
    let rows = Tensor<Double>(normal: [7, 3], using: RandomKey(seed: 52))
    let tape = Tape<Double>()
    let found = Estimator.pullingAway(of: tape.value(rows)).tensor.elements[0]
    #expect(abs(found - Self.plainPullingAway(rows)) < 1e-15)
    // Orthogonal rows are as far as they can be, rows in one direction as near.
    let axes = Estimator.pullingAway(of: tape.value(Tensor<Double>.identity(4) * 3))
    #expect(axes.tensor.elements == [0])
    let same = Estimator.pullingAway(of: tape.value(Tensor<Double>([[1, 2], [2, 4], [-3, -6]])))
    #expect(abs(same.tensor.elements[0] - 1) < 1e-15)
  }

  /// Each network's gradient is the slope of its own loss, the other network held.
  @Test(arguments: [0, 0.3])
  func gradientsAreTheSlopesOfTheLosses(pullingAway: Double) {
    let model = Self.model()
    let batch = Tensor<Double>(normal: [40, 3], using: RandomKey(seed: 53))
    let key = RandomKey(seed: 54)
    let latents = Tensor<Double>(normal: [40, 4], using: ChainRandom(key: key, step: 6))
    let energies = model.energy(of: model.generated(from: latents)).elements.sorted()
    // Between two energies: some rows are below the margin, some are above.
    let margin = (energies[19] + energies[20]) / 2

    let estimator = AdversarialContrast<EBGAN<Double>>(margin: margin, pullingAway: pullingAway)
    func estimate(on workers: Workers) -> ParameterSet<Double> {
      var state = estimator.makeState(
        for: model,
        data: DataStatistics(rowCount: 40, means: batch.mean(along: 0), examples: batch), key: key)
      var gradient = model.parameters
      gradient.entries[0].value.fill(.nan)
      estimator.estimate(
        model, at: batch, step: 6, state: &state, into: &gradient, on: workers)
      return gradient
    }
    let found = estimate(on: .single)
    #expect(found == estimate(on: Workers(count: 2)) && found == estimate(on: Workers(count: 3)))

    func loss(_ model: EBGAN<Double>, ofGenerator: Bool) -> Double {
      let generated = model.generated(from: latents)
      let energy = model.energy(of: generated)
      guard ofGenerator else {
        let hinge = energy.elements.reduce(0) { $0 + max(0, margin - $1) } / 40
        return model.energy(of: batch).mean() + hinge
      }
      let features = model.workspace.withTape { tape in
        model.features(of: tape.value(generated), ParameterValues(model.parameters, on: tape))
          .tensor
      }
      return energy.mean() + pullingAway * Self.plainPullingAway(features)
    }
    for ofGenerator in [false, true] {
      let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
        loss(EBGAN(model.architecture, parameters), ofGenerator: ofGenerator)
      }
      for (index, entry) in found.entries.enumerated()
      where EBGAN<Double>.isGenerators(entry.name) == ofGenerator {
        let difference = (entry.value - expected.entries[index].value).largestMagnitude
        #expect(difference < 1e-8, "\(entry.name)")
      }
    }
  }

  @Test func theEnergyIsTheReconstructionErrorAndKnowsNothingOfTheGenerator() {
    let model = Self.model()
    let rows = Tensor<Double>(normal: [5, 3], using: RandomKey(seed: 55))
    let gradient = model.gradient(at: rows)
    for entry in gradient.entries {
      #expect((entry.value.largestMagnitude == 0) == EBGAN<Double>.isGenerators(entry.name))
    }
    func dense(_ x: Tensor<Double>, _ name: String) -> Tensor<Double> {
      x.matmul(model.parameters[name + ".weights"]) + model.parameters[name + ".bias"]
    }
    func swish(_ x: Tensor<Double>) -> Tensor<Double> { x * x.logistic() }
    let code = dense(swish(dense(rows, "encoder.layer0")), "encoder.layer2")
    let back = dense(swish(dense(code, "decoder.layer0")), "decoder.layer2")
    let expected = (back - rows).squared().mean(along: 1)
    #expect((model.energy(of: rows) - expected).largestMagnitude < 1e-14)
  }

  @Test func anArchiveKeepsBothNetworks() throws {
    let model = Self.model()
    var archive = Archive()
    model.archive(into: &archive)
    let back = try EBGAN<Double>(from: archive)
    #expect(back.architecture == model.architecture && back.parameters == model.parameters)
    for text in ["3;5;2;4;6;step", "3;5;2;4;swish", "3;0;2;4;6;swish", "3,3;5;2;4;6;swish"] {
      var damaged = archive
      damaged.metadata["architecture"] = text
      #expect(throws: ArchiveError.malformed("architecture", text)) {
        try EBGAN<Double>(from: damaged)
      }
    }
    archive.tensors["generator.layer0.bias"] = nil
    #expect(throws: ArchiveError.missing("generator.layer0.bias")) {
      try EBGAN<Double>(from: archive)
    }
  }
}
