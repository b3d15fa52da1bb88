import Joule
import JouleTestSupport
import Testing

@Suite struct ConditionalEnergyTests {
  private let model = ConditionalEnergy<Double>(
    Sequential([Dense(3, 6), Activation.swish, Dense(6, 4)]), inputCount: 3, answerCount: 4,
    using: RandomKey(seed: 1))
  private let inputs = Tensor<Double>(normal: [20, 3], using: RandomKey(seed: 2))

  private func rows(_ answer: Int) -> Tensor<Double> {
    let answers = Tensor<Double>.identity(4).rows(at: [Int](repeating: answer, count: 20))
    return Tensor(concatenating: [inputs, answers], along: 1)
  }

  @Test func energiesOfAnswersAreTheNetworksOutputs() {
    let all = model.energies(of: inputs)
    for answer in 0..<4 {
      let column = all.columns(answer..<answer + 1).reshaped(to: [20])
      #expect((model.energy(of: rows(answer)) - column).largestMagnitude < 1e-15)
    }
  }

  @Test func learnsAnswersByTheDifferenceOfDataAndModel() {
    // Maximum likelihood of y given x: E_data[∂E/∂θ] − E_p(y|x)[∂E/∂θ] with the exact p(y | x).
    let labels = (0..<20).map { inputs[$0, 0] > 0 ? 1 : 3 }
    var model = model
    func likelihood() -> Double {
      let energies = model.energies(of: inputs)
      let logPartition = (-energies).logSumExp(along: 1)
      var sum = logPartition.sum()
      for row in 0..<20 { sum += energies[row, labels[row]] }
      return -sum / 20
    }
    let start = likelihood()
    for _ in 0..<200 {
      let energies = model.energies(of: inputs)
      let logPartition = (-energies).logSumExp(along: 1, keepingAxis: true)
      let probabilities = (-energies - logPartition).exp()
      var gradient = model.parameters.zeros()
      model.accumulateGradient(
        of: (0..<4).map { answer in
          let weights = Tensor<Double>(
            (0..<20).map { (labels[$0] == answer ? 1 : 0) - probabilities[$0, answer] })
          return GradientTerm(rows(answer), weight: 1.0 / 20, rowWeights: weights)
        },
        into: &gradient, scalingPreviousBy: 0, on: .single)
      for index in gradient.entries.indices {
        model.parameters.entries[index].value += gradient.entries[index].value * -0.5
      }
    }
    // From about −log 4 to nearly certain.
    #expect(start < -1 && likelihood() > -0.2)
  }
}
