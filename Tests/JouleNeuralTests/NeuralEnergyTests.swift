import Joule
import JouleTestSupport
import Testing

@Suite struct NeuralEnergyTests {
  private let key = RandomKey(seed: 1)
  private let rows = Tensor<Double>(normal: [40, 3], using: RandomKey(seed: 2))

  private func energy(
    _ text: String, confinement: Confinement<Double>? = nil
  ) throws -> NeuralEnergy<Double> {
    try NeuralEnergy(
      EnergyArchitecture(text), inputShape: [3], confinement: confinement, using: key)
  }

  @Test func isTheNetworkWrittenOutByHand() throws {
    // swish(swish(x W₀ + b₀) W₁ + b₁) W₂ + b₂ + ½ κ |x − c|²
    let center = Tensor<Double>([0.5, -1, 2])
    var model = try energy(
      "mlp:5-4", confinement: Confinement(strength: 0.3, center: center))
    for index in model.parameters.entries.indices {
      let shape = model.parameters.entries[index].value.shape
      model.parameters.entries[index].value = Tensor(
        normal: shape, using: RandomKey(seed: 3).folded(UInt64(index)))
    }
    let p = model.parameters
    func swish(_ x: Tensor<Double>) -> Tensor<Double> { x * x.logistic() }
    let first = swish(rows.matmul(p["layer0.weights"]) + p["layer0.bias"])
    let second = swish(first.matmul(p["layer2.weights"]) + p["layer2.bias"])
    let output = second.matmul(p["layer4.weights"]) + p["layer4.bias"]
    let well = (rows - center).squared().sum(along: 1) * 0.15
    let expected = output.reshaped(to: [40]) + well
    #expect((model.energy(of: rows) - expected).largestMagnitude < 1e-13)
  }

  @Test(arguments: Activation.allCases)
  func gradientIsTheSlopeOfTheEnergy(for activation: Activation) throws {
    let model = try energy(
      "mlp:6x2,activation=\(activation.rawValue)",
      confinement: Confinement(strength: 0.5, center: Tensor([1, 2, 3])))
    var gradient = Tensor<Double>(zeros: rows.shape)
    _ = model.energy(of: rows, gradient: &gradient)
    let h = 1e-5
    for variable in 0..<3 {
      var step = Tensor<Double>(zeros: [3])
      step[variable] = h
      let slope = (model.energy(of: rows + step) - model.energy(of: rows - step)) / (2 * h)
      for row in 0..<40 { #expect(abs(slope[row] - gradient[row, variable]) < 1e-8) }
    }
  }

  @Test func anArchiveGivesTheSameEnergy() throws {
    let model = try energy(
      "mlp:8x2-5,activation=softplus",
      confinement: Confinement(strength: 0.1, center: Tensor([1, 2, 3])))
    var archive = Archive()
    model.archive(into: &archive)
    #expect(archive.metadata["architecture"] == "mlp:8x2-5,activation=softplus")
    let copy = try NeuralEnergy<Double>(from: archive)
    #expect(copy.parameters == model.parameters)
    #expect(copy.confinement == model.confinement)
    #expect(copy.energy(of: rows) == model.energy(of: rows))
    let single = try NeuralEnergy<Float>(from: archive)
    #expect(
      (Tensor<Double>(single.energy(of: Tensor(rows))) - model.energy(of: rows)).largestMagnitude
        < 1e-4)
  }

  @Test func aFileOfAnotherArchitectureIsToldApart() throws {
    let model = try energy("mlp:8x2")
    var archive = Archive()
    model.archive(into: &archive)
    func error(_ change: (inout Archive) -> Void) -> ArchiveError? {
      var changed = archive
      change(&changed)
      do {
        _ = try NeuralEnergy<Double>(from: changed)
        return nil
      } catch { return error }
    }
    #expect(error { _ in } == nil)
    #expect(error { $0.metadata["architecture"] = nil } == .missing("architecture"))
    #expect(
      error { $0.metadata["architecture"] = "mlp:" } == .malformed("architecture", "mlp:"))
    #expect(
      error { $0.metadata["architecture"] = "mlp:9x2" }
        == .shape("layer0.weights", found: [3, 8], expected: "[3, 9]"))
    #expect(
      error { $0.metadata["architecture"] = "mlp:8x3" }
        == .shape("layer4.weights", found: [8, 1], expected: "[8, 8]"))
    #expect(error { $0.metadata["input"] = "3x" } == .malformed("input", "3x"))
    #expect(error { $0.metadata["confinement"] = "0.5" } == .missing("confinement_center"))
    #expect(error { $0.tensors["layer2.bias"] = nil } == .missing("layer2.bias"))
    #expect(
      error { $0.store(Tensor<Double>([.nan]), as: "layer4.bias") }
        == .notFinite("layer4.bias", index: 0))
    let shallower = error { $0.metadata["architecture"] = "mlp:8" }
    #expect("\(try #require(shallower))".contains("unknown tensor 'layer4.bias'"))
  }

  @Test(arguments: [
    "mlp:128x3", "mlp:512-256", "mlp:4,activation=tanh", "mlp:4x2-3-4", "mlp:1",
  ])
  func architecturesReadBackAsTheyAreWritten(text: String) throws {
    #expect(try EnergyArchitecture(text).description == text)
  }

  @Test(arguments: [
    "", "mlp", "mlp:", "mlp:0", "mlp:-3", "mlp:128x", "mlp:128x0", "mlp:1x2x3", "cnn:3", "mlp:3,",
    "mlp:3,activation=", "mlp:3,activation=relo", "mlp:3,depth=2", "mlp:1x100000",
    "mlp:99999999999999999999", "mlp: 3",
  ])
  func whatIsNoArchitectureIsRefusedWithAWordOnWhatIs(text: String) {
    #expect {
      try EnergyArchitecture(text)
    } throws: {
      let message = "\($0)"
      return message.contains("'\(text)'") && message.contains("expected")
    }
  }
}
