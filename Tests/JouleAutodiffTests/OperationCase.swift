import JouleAutodiff
import JouleTensor
import JouleTestSupport
import Testing

/// An operation at a point, for the table that checks derivatives.
struct OperationCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Where it is differentiated.
  let inputs: [Tensor<Double>]
  let function: @Sendable ([Value<Double>]) -> Value<Double>

  var testDescription: String { name }

  /// - Parameters:
  ///   - shapes: of the inputs, which are drawn uniformly.
  ///   - range: what they are drawn from.
  init(
    _ name: String, _ shapes: [[Int]], in range: ClosedRange<Double> = -1.5...1.5,
    _ function: @escaping @Sendable ([Value<Double>]) -> Value<Double>
  ) {
    self.name = name
    inputs = shapes.enumerated().map { number, shape in
      let uniform = Tensor<Double>(
        uniform: shape, using: RandomKey(seed: 7).folded(name).folded(UInt64(number)))
      return uniform * (range.upperBound - range.lowerBound) + range.lowerBound
    }
    self.function = function
  }

  /// Σ w f(x) for fixed random weights w, so that no two elements of the result count alike.
  func weightedSum(_ inputs: [Value<Double>]) -> Value<Double> {
    let y = function(inputs)
    return (y * y.tape.value(weights(of: y.shape))).sum()
  }

  func weights(of shape: [Int]) -> Tensor<Double> {
    Tensor(uniform: shape, using: RandomKey(seed: 11).folded(name)) + 0.5
  }

  /// What the second derivatives are taken along.
  var direction: [Tensor<Double>] {
    inputs.enumerated().map { number, input in
      Tensor<Double>(uniform: input.shape, using: RandomKey(seed: 3).folded(UInt64(number))) * 2 - 1
    }
  }

  /// Gradients of the weighted sum.
  func gradients(at point: [Tensor<Double>]) -> [Tensor<Double>] {
    let tape = Tape<Double>()
    let inputs = point.map { tape.value($0) }
    return weightedSum(inputs).gradientTensors(for: inputs)
  }

  /// The gradient's derivatives along a direction, by differentiating twice.
  func hessianProducts(along direction: [Tensor<Double>]) -> [Tensor<Double>] {
    let tape = Tape<Double>()
    let values = inputs.map { tape.value($0) }
    let gradients = weightedSum(values).gradients(for: values)
    let slope = zip(gradients, direction).map { ($0 * tape.value($1)).sum() }.reduce(
      tape.value(0), +)
    return slope.gradientTensors(for: values)
  }

  func value(at point: [Tensor<Double>]) -> Double {
    let tape = Tape<Double>()
    return weightedSum(point.map { tape.value($0) }).tensor.elements[0]
  }
}
