import Joule
import JouleTestSupport
import Testing

@Suite struct InitializerTests {
  /// Draws of each scheme: variance as the paper says, mean zero.
  @Test(arguments: [
    (Initializer.lecun, 1.0 / 300), (.glorot, 2.0 / 700), (.he, 2.0 / 300),
  ])
  func varianceIsThatOfTheScheme(_ scheme: Initializer, _ variance: Double) {
    let draws: Tensor<Double> = scheme.tensor(
      shape: [300, 400], fans: Fans(inputs: 300, outputs: 400), using: RandomKey(seed: 5))
    let count = Double(draws.count)
    // Standard errors: √(v/n) of the mean, v √(2/n) of a normal variance, less of a uniform one.
    #expect(abs(draws.mean()) < 5 * (variance / count).squareRoot())
    #expect(
      abs(draws.squared().mean() - variance) < 5 * variance * (2 / count).squareRoot())
  }

  @Test func glorotStaysWithinItsBound() {
    // Glorot & Bengio (2010), eq. 16: ±√6 / √(inputs + outputs).
    let draws: Tensor<Double> = Initializer.glorot.tensor(
      shape: [50, 60], fans: Fans(inputs: 50, outputs: 60), using: RandomKey(seed: 6))
    let bound = (6.0 / 110).squareRoot()
    #expect(draws.largestMagnitude <= bound && draws.largestMagnitude > 0.99 * bound)
  }

  @Test func everyParameterHasDrawsOfItsOwn() {
    let network = Sequential([Dense(4, 4), Activation.tanh, Dense(4, 4)])
    let start: ParameterSet<Double> = network.initialParameters(using: RandomKey(seed: 1))
    #expect(
      start.entries.map(\.name) == [
        "layer0.weights", "layer0.bias", "layer2.weights", "layer2.bias",
      ])
    #expect(start["layer0.weights"] != start["layer2.weights"])
    #expect(start == network.initialParameters(using: RandomKey(seed: 1)))
  }

  @Test func signalsKeepTheirScaleThroughManyLayers() {
    // Twenty linear layers: LeCun's scheme keeps E y² = E x²; 50 % off would be 10⁻⁶ or 10³ in the end.
    let layers: [any Layer] = (0..<20).map { _ in Dense(256, 256) }
    let network = Sequential(layers)
    let start: ParameterSet<Double> = network.initialParameters(using: RandomKey(seed: 2))
    let tape = Tape<Double>()
    let x = Tensor<Double>(normal: [64, 256], using: RandomKey(seed: 3))
    let y = network(tape.value(x), ParameterValues(start, on: tape)).tensor
    let ratio = y.squared().mean() / x.squared().mean()
    // Each layer multiplies by 1 ± √(2/256 · …); over twenty, log ratio ~ N(0, 20 · 2/256).
    #expect(abs(ratio.logarithm) < 5 * (20 * 2.0 / 256).squareRoot())
  }
}

extension Double {
  fileprivate var logarithm: Double { Tensor<Double>([self]).log()[0] }
}
