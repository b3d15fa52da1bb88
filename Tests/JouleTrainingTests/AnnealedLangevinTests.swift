import Joule
import JouleTestSupport
import Testing

/// Two modes on a line, of weights 0.25 and 0.75, under noise: exact at every strength.
private struct NoisyModes: NoiseConditionalEnergy {
  typealias Scalar = Double
  let variableCount = 1
  var noise = 0.1
  var parameters = ParameterSet<Double>([
    .init(name: "centers", role: .bias, value: Tensor([-4, 4])),
    .init(name: "logits", role: .bias, value: Tensor<Double>([0.25, 0.75]).log()),
  ])
  let workspace = Workspace<Double>()

  func energy(
    of x: Value<Double>, noise: Value<Double>, _ p: ParameterValues<Double>
  ) -> Value<Double> {
    let shape = [x.shape[0], 2]
    let distance = x.broadcast(to: shape) - p["centers"]
    let variance = (noise.squared() + 0.09).broadcast(to: shape)
    return -(p["logits"] - distance.squared() * 0.5 / variance).logSumExp(along: 1)
  }
}

@Suite struct AnnealedLangevinTests {
  static let start = Tensor<Double>(normal: [800, 1], using: RandomKey(seed: 1)) * 6

  static func rightFraction(_ plan: AnnealedLangevin, workers: Int = 2) throws -> Double {
    let rows = try plan.sample(
      NoisyModes(), from: start, key: RandomKey(seed: 2), on: Workers(count: workers))
    #expect(rows.shape == [800, 1])
    for row in 0..<800 { #expect(abs(abs(rows[row, 0]) - 4) < 2.5) }
    return Double((0..<800).filter { rows[$0, 0] > 0 }.count) / 800
  }

  /// Strong noise joins the modes, so their weights are found, to 5 deviations of 800 draws: 0.08. Without the
  /// strong noise chains fall to the nearer mode, half of them to each.
  @Test func modesAreFoundWithTheirWeights() throws {
    let annealed = AnnealedLangevin.geometric(
      from: 6, to: 0.05, levels: 20, stepsPerNoise: 30, stepSize: 2e-4)
    #expect(abs(try Self.rightFraction(annealed) - 0.75) < 0.08)
    let cold = AnnealedLangevin(noises: [0.05], stepsPerNoise: 200, stepSize: 0.02)
    #expect(abs(try Self.rightFraction(cold) - 0.5) < 0.09)
  }

  @Test func threadsChangeNoBit() throws {
    let plan = AnnealedLangevin.geometric(
      from: 6, to: 0.3, levels: 3, stepsPerNoise: 5, stepSize: 0.01)
    let rows = try [1, 3].map {
      try plan.sample(
        NoisyModes(), from: Self.start, key: RandomKey(seed: 2), on: Workers(count: $0))
    }
    #expect(rows[0] == rows[1])
  }

  @Test func faultsCountStepsOverAllLevels() {
    var model = NoisyModes()
    model.parameters.entries[0].value[0] = .nan
    let plan = AnnealedLangevin(noises: [2, 1], stepsPerNoise: 3, stepSize: 0.01)
    let fault = #expect(throws: ChainFault.self) {
      try plan.sample(model, from: Self.start, key: RandomKey(seed: 2))
    }
    #expect(fault?.step == 0)
  }
}
