import Joule
import JouleTestSupport
import Testing

/// The network that is told the strength of noise.
@Suite struct NoiseConditionalNetworkTests {
  typealias Model = NoiseConditionalNetwork<Double>

  static let levels = NoiseLevels(from: 4, to: 0.1, count: 5)
  static let rows = Tensor<Double>(normal: [6, 3], using: RandomKey(seed: 2))

  static func model(_ text: String = "mlp:5-4", inputShape: [Int] = [3]) throws -> Model {
    var model = try Model(
      EnergyArchitecture(text), inputShape: inputShape, levels: levels, using: RandomKey(seed: 1))
    for index in model.parameters.entries.indices {
      let shape = model.parameters.entries[index].value.shape
      model.parameters.entries[index].value =
        Tensor(normal: shape, using: RandomKey(seed: 3).folded(UInt64(index))) * 0.5
    }
    return model
  }

  /// ½ |x|² / (1 + σ²) + f(x / √(1 + σ²), log σ) / σ, at every level.
  @Test func isTheFormulaWrittenOutByHand() throws {
    let model = try Self.model()
    #expect(model.noise == 0.1)
    let p = model.parameters
    func swish(_ x: Tensor<Double>) -> Tensor<Double> { x * x.logistic() }
    for noise in Self.levels.noises {
      let variance = 1 + noise * noise
      let logs = Tensor<Double>([6, 1], repeating: MonteCarlo.log(noise))
      let input = Tensor(
        concatenating: [Self.rows * (1 / variance.squareRoot()), logs], along: 1)
      let first = swish(input.matmul(p["layer0.weights"]) + p["layer0.bias"])
      let second = swish(first.matmul(p["layer2.weights"]) + p["layer2.bias"])
      let output = (second.matmul(p["layer4.weights"]) + p["layer4.bias"]).reshaped(to: [6])
      let expected = output * (1 / noise) + Self.rows.squared().sum(along: 1) * (0.5 / variance)
      let found = model.at(noise: noise).energy(of: Self.rows)
      #expect((found - expected).largestMagnitude < 1e-12)
    }
  }

  @Test func levelsAreAtEqualFactors() {
    let noises = Self.levels.noises
    #expect(noises.count == 5 && noises[0] == 4 && abs(noises[4] - 0.1) < 1e-15)
    for (one, next) in zip(noises, noises.dropFirst()) {
      #expect(abs(next / one - noises[1] / 4) < 1e-14)
    }
  }

  /// Images get the strength as a channel, the same all over.
  @Test(arguments: [("mlp:6", [3]), ("conv:3-2,activation=tanh", [4, 8, 1])])
  func gradientsAreSlopes(text: String, shape: [Int]) throws {
    let model = try Self.model(text, inputShape: shape).at(noise: 0.7)
    let count = shape.reduce(1, *)
    let rows = Tensor<Double>(normal: [3, count], using: RandomKey(seed: 4))
    var gradient = Tensor<Double>(zeros: rows.shape)
    _ = model.energy(of: rows, gradient: &gradient)
    let h = 1e-5
    for variable in 0..<count {
      var step = Tensor<Double>(zeros: [count])
      step[variable] = h
      let slope = (model.energy(of: rows + step) - model.energy(of: rows - step)) / (2 * h)
      for row in 0..<3 { #expect(abs(slope[row] - gradient[row, variable]) < 1e-8) }
    }
    let check = ModelVerification(key: RandomKey(seed: 5)).gradient(of: model, at: rows)
    #expect(check.isPassed, "\(check)")
  }

  @Test func anArchiveGivesTheSameEnergy() throws {
    let model = try Self.model("conv:3-2", inputShape: [4, 8, 1])
    var archive = Archive()
    model.archive(into: &archive)
    let copy = try Model(from: archive)
    let rows = Tensor<Double>(normal: [3, 32], using: RandomKey(seed: 4))
    #expect(copy.parameters == model.parameters && copy.levels == model.levels)
    #expect(copy.at(noise: 2).energy(of: rows) == model.at(noise: 2).energy(of: rows))
    func isRefused(_ change: (inout Archive) -> Void) -> Bool {
      var changed = archive
      change(&changed)
      return (try? Model(from: changed)) == nil
    }
    #expect(!isRefused { _ in })
    for (name, text) in [
      ("architecture", "tree:2"), ("architecture", "conv:3"), ("input", "4x8"), ("input", "4x0x1"),
      ("input", "9223372036854775807x1"), ("strongest_noise", "0.05"), ("weakest_noise", "0"),
      ("weakest_noise", "nan"), ("noise_levels", "1"), ("noise_levels", "2.5"),
    ] {
      #expect(isRefused { $0.metadata[name] = text }, "\(name) \(text)")
      #expect(isRefused { $0.metadata[name] = nil }, "\(name)")
    }
    #expect(isRefused { $0.tensors["layer0.kernels"] = nil })
    #expect(isRefused { $0.store(Tensor<Double>([1]), as: "stranger") })
  }
}
