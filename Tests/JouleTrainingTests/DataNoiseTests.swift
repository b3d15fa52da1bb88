import Joule
import JouleTestSupport
import Testing

/// Tells what it is shown: the mean and the mean square of a batch of one variable.
private struct Moments: GradientEstimator {
  typealias Model = NeuralEnergy<Double>
  struct State: Sendable, Archivable {
    func archive(into archive: inout Archive, prefix: String) {}
    mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  func makeState(
    for model: Model, data statistics: DataStatistics<Double>, key: RandomKey
  ) -> State { State() }

  func estimate(
    _ model: Model, at batch: Tensor<Double>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Double>, on workers: Workers
  ) {
    gradient.entries[0].value = Tensor([[batch.mean(), batch.squared().mean()]])
  }
}

@Suite struct DataNoiseTests {
  private let model: NeuralEnergy<Double>
  private let statistics: DataStatistics<Double>
  private let rows = Tensor<Double>([40_000, 1], repeating: 0.25)

  init() throws {
    model = try NeuralEnergy(
      EnergyArchitecture("mlp:2"), inputShape: [1], using: RandomKey(seed: 1))
    statistics = DataStatistics(
      of: Dataset(Tensor<Float>([10, 1], repeating: 0.25)), binarization: .none,
      key: RandomKey(seed: 2))
  }

  private func moments(scale: Double, step: Int) -> Tensor<Double> {
    let estimator = DataNoise(Moments(), scale: scale)
    var state = estimator.makeState(for: model, data: statistics, key: RandomKey(seed: 3))
    var gradient = model.parameters.zeros()
    estimator.estimate(
      model, at: rows, step: step, state: &state, into: &gradient, on: .single)
    return gradient.entries[0].value
  }

  @Test func rowsGetNoiseOfTheVarianceAsked() {
    let found = moments(scale: 0.5, step: 0)
    // N(0.25, 0.25): standard errors 0.5/200 of the mean, and √(2 v² + 4 v m²)/200 of the mean square.
    #expect(abs(found[0, 0] - 0.25) < 5 * 0.5 / 200)
    let spread: Double = 2 * 0.0625 + 4 * 0.25 * 0.0625
    #expect(abs(Double(found[0, 1]) - 0.3125) < 5 * spread.squareRoot() / 200)
  }

  @Test func everyUpdateDrawsAnewAndTheSameUpdateTheSame() {
    #expect(moments(scale: 0.5, step: 7) == moments(scale: 0.5, step: 7))
    #expect(moments(scale: 0.5, step: 7) != moments(scale: 0.5, step: 8))
  }

  @Test func noNoiseIsTheEstimatorItself() {
    #expect(moments(scale: 0, step: 3) == Tensor([[0.25, 0.0625]]))
  }
}
