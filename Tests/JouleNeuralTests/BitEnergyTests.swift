import Joule
import JouleTestSupport
import Testing

/// A network over bits beside independent ones.
@Suite struct BitEnergyTests {
  typealias Model = BitEnergy<Double>

  static func model(_ text: String = "mlp:6", shape: [Int] = [5]) throws -> Model {
    let count = shape.reduce(1, *)
    var model = try Model(
      EnergyArchitecture(text), inputShape: shape,
      means: Tensor<Double>(uniform: [count], using: RandomKey(seed: 3)) * 0.8 + 0.1,
      using: RandomKey(seed: 4))
    // Weights as they start make nearly independent bits.
    for index in model.parameters.entries.indices.dropLast() {
      model.parameters.entries[index].value *= 3
    }
    return model
  }

  static let states: Tensor<Double> = States.all(of: 5)

  @Test func withoutANetworkBitsAreIndependent() throws {
    let means = Tensor<Double>([0.1, 0.5, 0.9])
    var model = try Model(
      EnergyArchitecture("mlp:4"), inputShape: [3], means: means, using: RandomKey(seed: 1))
    for index in model.parameters.entries.indices.dropLast() {
      model.parameters.entries[index].value.fill(0)
    }
    let rows: Tensor<Double> = States.all(of: 3)
    let weights = (-model.energy(of: rows)).exp()
    #expect(((weights.matmul(rows) / weights.sum()) - means).largestMagnitude < 1e-14)
  }

  @Test func itIsTheNetworkLessTheBiases() throws {
    let model = try Self.model()
    let p = model.parameters
    let first = Self.states.matmul(p["layer0.weights"]) + p["layer0.bias"]
    let output = (first * first.logistic()).matmul(p["layer2.weights"]) + p["layer2.bias"]
    let expected = output.reshaped(to: [32]) - Self.states.matmul(p["visible_bias"])
    #expect((model.energy(of: Self.states) - expected).largestMagnitude < 1e-12)
  }

  @Test func flipsAreDifferencesOfEnergies() throws {
    let model = try Self.model()
    let energies = model.energy(of: Self.states)
    let flips = model.flipEnergies(of: Self.states, sites: [4, 0, 2])
    for state in 0..<32 {
      for (column, site) in [4, 0, 2].enumerated() {
        #expect(abs(flips[state, column] - (energies[state ^ 1 << site] - energies[state])) < 1e-12)
      }
    }
  }

  /// Gradient, log Z, moments, and the sampler that trains it.
  @Test func itIsVerified() throws {
    let model = try Self.model()
    let verification = ModelVerification(chains: 4000, key: RandomKey(seed: 6))
    #expect(verification.gradient(of: model, at: Self.states).isPassed)
    for check in try #require(verification.logPartition(of: model)) {
      #expect(check.isPassed, "\(check)")
    }
    let kernels = try #require(verification.sampler(GibbsWithGradients(model), of: model))
    for check in kernels { #expect(check.isPassed, "\(check)") }
    var other = model
    other.parameters.entries[other.parameters.entries.count - 1].value += 1
    let wrong = try #require(verification.sampler(GibbsWithGradients(other), of: model))
    #expect(wrong.contains { !$0.isPassed })
  }

  @Test func anArchiveGivesTheSameEnergy() throws {
    let model = try Self.model("conv:3-2", shape: [4, 4, 1])
    var archive = Archive()
    model.archive(into: &archive)
    let copy = try Model(from: archive)
    let rows: Tensor<Double> = States.rows([3, 700, 65_535], count: 16)
    #expect(copy.energy(of: rows) == model.energy(of: rows))
    func isRefused(_ change: (inout Archive) -> Void) -> Bool {
      var changed = archive
      change(&changed)
      return (try? Model(from: changed)) == nil
    }
    #expect(isRefused { $0.tensors["visible_bias"] = nil })
    #expect(isRefused { $0.store(Tensor<Double>([1]), as: "visible_bias") })
    #expect(isRefused { $0.store(Tensor<Double>([16], repeating: .nan), as: "visible_bias") })
    #expect(isRefused { $0.store(Tensor<Double>([1]), as: "stranger") })
    #expect(
      isRefused {
        $0.metadata["confinement"] = "1"
        $0.store(Tensor<Double>(zeros: [16]), as: "confinement_center")
      })
  }
}
