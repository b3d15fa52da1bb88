import Joule
import JouleTestSupport
import Testing

@Suite struct ConvolutionalEnergyTests {
  private func energy(_ text: String, _ input: [Int]) throws -> NeuralEnergy<Double> {
    try NeuralEnergy(EnergyArchitecture(text), inputShape: input, using: RandomKey(seed: 1))
  }

  @Test func gradientInPixelsIsTheSlopeOfTheEnergy() throws {
    let model = try energy("conv:3-4", [6, 5, 2])
    let rows = Tensor<Double>(normal: [3, 60], using: RandomKey(seed: 2))
    var gradient = Tensor<Double>(zeros: rows.shape)
    _ = model.energy(of: rows, gradient: &gradient)
    let h = 1e-5
    for variable in 0..<60 {
      var step = Tensor<Double>(zeros: [60])
      step[variable] = h
      let slope = (model.energy(of: rows + step) - model.energy(of: rows - step)) / (2 * h)
      for row in 0..<3 { #expect(abs(slope[row] - gradient[row, variable]) < 1e-8) }
    }
  }

  @Test func halvesPicturesUntilOneNumberIsLeft() throws {
    let model = try energy("conv:8-16-32", [28, 28, 1])
    #expect(
      model.parameters.entries.map(\.value.shape) == [
        [4, 4, 1, 8], [8], [4, 4, 8, 16], [16], [4, 4, 16, 32], [32], [3 * 3 * 32, 1], [1],
      ])
    var archive = Archive()
    model.archive(into: &archive)
    #expect(archive.metadata["input"] == "28x28x1")
    let rows = Tensor<Double>(uniform: [2, 784], using: RandomKey(seed: 3))
    #expect(try NeuralEnergy<Double>(from: archive).energy(of: rows) == model.energy(of: rows))
  }

  @Test func picturesTooSmallOrOfAnotherRankAreRefused() {
    #expect(throws: ArchitectureError.self) { try energy("conv:4-4-4", [6, 28, 1]) }
    #expect(throws: ArchitectureError.self) { try energy("conv:4", [784]) }
    #expect(throws: ArchitectureError.self) { try energy("mlp:4", [28, 28, 1]) }
    #expect(throws: Never.self) { try energy("conv:4-4-4", [8, 8, 1]) }
  }
}
