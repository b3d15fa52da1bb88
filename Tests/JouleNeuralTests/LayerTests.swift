import Joule
import JouleTestSupport
import Testing

/// A layer with an input that it takes, as a row of the table below.
struct LayerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let layer: any Layer
  let input: [Int]
  let output: [Int]

  init(_ name: String, _ layer: any Layer, _ input: [Int], _ output: [Int]) {
    (self.name, self.layer, self.input, self.output) = (name, layer, input, output)
  }

  var testDescription: String { name }

  /// Parameters in general position, so that no gradient vanishes by chance.
  var parameters: ParameterSet<Double> {
    var result: ParameterSet<Double> = layer.initialParameters(using: RandomKey(seed: 1))
    for index in result.entries.indices {
      let entry = result.entries[index]
      result.entries[index].value =
        entry.value
        + Tensor(normal: entry.value.shape, using: RandomKey(seed: 2).folded(entry.name)) * 0.3
    }
    return result
  }

  /// Σ w f(x; θ) for fixed weights w, with its gradients in x and in θ.
  func weightedSum(
    _ x: Tensor<Double>, _ parameters: ParameterSet<Double>
  ) -> (value: Double, gradients: [Tensor<Double>], shape: [Int]) {
    let tape = Tape<Double>()
    let (point, values) = (tape.value(x), ParameterValues(parameters, on: tape))
    let y = layer(point, values)
    let weights = Tensor<Double>(uniform: y.shape, using: RandomKey(seed: 3)) + 0.5
    let sum = (y * tape.value(weights)).sum()
    return (
      sum.tensor.elements[0], sum.gradientTensors(for: [point] + values.values), y.shape
    )
  }
}

/// The power iteration has converged to rounding after so many rounds of these small matrices.
private let spectral = WeightNormalization.spectral(rounds: 500)

let layerTable: [LayerCase] = [
  LayerCase("dense", Dense(3, 4), [2, 3], [2, 4]),
  LayerCase(
    "dense, standardized", Dense(5, 4, normalization: .standardized), [2, 5], [2, 4]),
  LayerCase("dense, spectral", Dense(3, 4, normalization: spectral), [2, 3], [2, 4]),
  LayerCase(
    "convolution", Convolution(2, 3, size: 3, stride: 2, padding: 1), [2, 5, 4, 2], [2, 3, 2, 3]),
  LayerCase(
    "convolution, spectral", Convolution(2, 3, size: 2, normalization: spectral), [1, 3, 3, 2],
    [1, 2, 2, 3]),
  LayerCase(
    "convolution, standardized", Convolution(1, 2, size: 3, normalization: .standardized),
    [2, 4, 3, 1], [2, 2, 1, 2]),
  LayerCase("flatten", Flatten(), [2, 3, 2, 2], [2, 12]),
  LayerCase("layer norm", LayerNorm(4), [3, 4], [3, 4]),
  LayerCase("layer norm of pictures", LayerNorm(3), [2, 2, 2, 3], [2, 2, 2, 3]),
  LayerCase(
    "residual", ResidualBlock(Sequential([Dense(3, 3), Activation.swish, Dense(3, 3)])), [2, 3],
    [2, 3]),
  LayerCase(
    "residual with shortcut",
    ResidualBlock(
      Sequential([Convolution(2, 3, size: 3, padding: 1), Activation.gelu]),
      shortcut: Convolution(2, 3, size: 1)), [1, 3, 4, 2], [1, 3, 4, 3]),
  LayerCase("quadratic", Quadratic(3, rank: 2), [4, 3], [4, 1]),
  LayerCase(
    "sequential", Sequential([Dense(3, 5), Activation.tanh, Dense(5, 1)]), [4, 3], [4, 1]),
]

@Suite struct LayerTests {
  @Test(arguments: layerTable)
  func gradientsAreSlopesInInputsAndParameters(of layer: LayerCase) {
    let x = Tensor<Double>(normal: layer.input, using: RandomKey(seed: 4))
    let parameters = layer.parameters
    let (_, gradients, shape) = layer.weightedSum(x, parameters)
    #expect(shape == layer.output)
    // Central differences: error of the order of h² · f‴, and 10⁻¹⁶/h of rounding.
    let h = 1e-5
    for (number, gradient) in gradients.enumerated() {
      for place in 0..<gradient.count {
        func moved(by step: Double) -> Double {
          var (x, parameters) = (x, parameters)
          func shifted(_ tensor: Tensor<Double>) -> Tensor<Double> {
            var elements = tensor.elements
            elements[place] += step
            return Tensor(shape: tensor.shape, elements: elements)
          }
          if number == 0 {
            x = shifted(x)
          } else {
            parameters.entries[number - 1].value = shifted(
              parameters.entries[number - 1].value)
          }
          return layer.weightedSum(x, parameters).value
        }
        let slope = (moved(by: h) - moved(by: -h)) / (2 * h)
        #expect(abs(slope - gradient.elements[place]) < 1e-7 * max(1, abs(slope)))
      }
    }
  }

  /// The weights that a normalisation makes of others, read off a dense layer: the rows of the identity.
  private func weights(
    _ normalization: WeightNormalization, of matrix: Tensor<Double>
  ) -> Tensor<Double> {
    let layer = Dense(matrix.shape[0], matrix.shape[1], normalization: normalization)
    var parameters: ParameterSet<Double> = layer.initialParameters(using: RandomKey(seed: 1))
    parameters.entries[0].value = matrix
    let tape = Tape<Double>()
    return layer(
      tape.value(.identity(matrix.shape[0])), ParameterValues(parameters, on: tape)
    ).tensor
  }

  @Test func spectralNormalizationMakesTheLargestSingularValueOne() throws {
    let matrix = Tensor<Double>(normal: [6, 4], using: RandomKey(seed: 5)) * 3
    let values = try weights(spectral, of: matrix).svd().singularValues
    #expect(abs(values[0] - 1) < 1e-12)
    // And only rescales.
    let plain = try matrix.svd().singularValues
    for index in 0..<4 { #expect(abs(values[index] - plain[index] / plain[0]) < 1e-12) }
  }

  @Test func spectralNormalizationIsAFunctionOfTheWeightsAlone() {
    let matrix = Tensor<Double>(normal: [6, 4], using: RandomKey(seed: 5))
    let other = Tensor<Double>(normal: [6, 4], using: RandomKey(seed: 6))
    let once = weights(.spectral(rounds: 3), of: matrix)
    _ = weights(.spectral(rounds: 3), of: other)
    #expect(weights(.spectral(rounds: 3), of: matrix) == once)
  }

  @Test func standardizedWeightsHaveMeanZeroAndTheVarianceOfTheirFan() {
    let matrix = Tensor<Double>(normal: [40, 3], using: RandomKey(seed: 7)) * 5 + 2
    let result = weights(.standardized, of: matrix)
    #expect(result.mean(along: 0).largestMagnitude < 1e-15)
    // Short of 1/40 by what ε = 10⁻⁵ is of the variance, 25.
    #expect((result.variance(along: 0) - 1.0 / 40).largestMagnitude < 1e-7)
  }

  @Test func aConvolutionIsTheSumWrittenOut() {
    let layer = Convolution(2, 3, size: 3, stride: 2, padding: 1)
    let parameters: ParameterSet<Double> = LayerCase("", layer, [], []).parameters
    let x = Tensor<Double>(normal: [2, 5, 4, 2], using: RandomKey(seed: 8))
    let tape = Tape<Double>()
    let y = layer(tape.value(x), ParameterValues(parameters, on: tape)).tensor
    let (kernels, bias) = (parameters["kernels"], parameters["bias"])
    for b in 0..<2 {
      for i in 0..<3 {
        for j in 0..<2 {
          for o in 0..<3 {
            var sum = bias[o]
            for k in 0..<3 {
              for l in 0..<3 {
                let (row, column) = (2 * i + k - 1, 2 * j + l - 1)
                guard (0..<5).contains(row), (0..<4).contains(column) else { continue }
                for c in 0..<2 { sum += x[b, row, column, c] * kernels[k, l, c, o] }
              }
            }
            #expect(abs(y[b, i, j, o] - sum) < 1e-13)
          }
        }
      }
    }
  }

  @Test func aQuadraticLayerIsTheQuadraticEnergyOfItsSquares() {
    // ½ |x A + b|² = ½ (x − μ)ᵀ A Aᵀ (x − μ) for b = −Aᵀ μ.
    let a = Tensor<Double>(normal: [3, 4], using: RandomKey(seed: 9))
    let mean = Tensor<Double>([1, -2, 0.5])
    let x = Tensor<Double>(normal: [10, 3], using: RandomKey(seed: 10))
    let layer = Quadratic(3, rank: 4)
    var parameters: ParameterSet<Double> = layer.initialParameters(using: RandomKey(seed: 1))
    parameters.entries[0].value = a
    parameters.entries[1].value = -mean.reshaped(to: [1, 3]).matmul(a).reshaped(to: [4])
    let tape = Tape<Double>()
    let y = layer(tape.value(x), ParameterValues(parameters, on: tape)).tensor
    let energy = QuadraticEnergy(precision: a.matmul(a.transposed()), mean: mean)
    #expect((y.reshaped(to: [10]) - energy.energy(of: x)).largestMagnitude < 1e-12)
  }
}
