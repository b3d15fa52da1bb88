import JouleAutodiff
import JouleTensor
import JouleTestSupport
import Testing

@Suite struct OperationTableTests {
  /// f(x + h) by five points: error of the order of h⁴, so 10⁻¹², beside rounding of 10⁻¹⁶/h.
  static let step = 1e-3

  private static func moved(
    _ point: [Tensor<Double>], along direction: [Tensor<Double>], by length: Double
  ) -> [Tensor<Double>] {
    zip(point, direction).map { $0 + $1 * length }
  }

  /// The derivative along a direction at zero of a function of the length gone.
  private static func slope(_ f: (Double) -> Tensor<Double>) -> Tensor<Double> {
    let h = step
    return ((f(h) - f(-h)) * 8 - (f(2 * h) - f(-2 * h))) / (12 * h)
  }

  private static func largest(_ tensors: [Tensor<Double>]) -> Double {
    tensors.map(\.largestMagnitude).max() ?? 0
  }

  @Test(arguments: operationTable)
  func gradientIsTheSlopeInEveryDirection(of operation: OperationCase) {
    let gradients = operation.gradients(at: operation.inputs)
    let scale = max(1, Self.largest(gradients))
    for (number, input) in operation.inputs.enumerated() {
      #expect(gradients[number].shape == input.shape)
      for place in 0..<input.count {
        var unit = Tensor<Double>(zeros: [input.count])
        unit[place] = 1
        var direction = operation.inputs.map { Tensor<Double>(zeros: $0.shape) }
        direction[number] = unit.reshaped(to: input.shape)
        let expected = Self.slope {
          Tensor([operation.value(at: Self.moved(operation.inputs, along: direction, by: $0))])
        }[0]
        #expect(abs(gradients[number].elements[place] - expected) <= 1e-9 * scale)
      }
    }
  }

  @Test(arguments: operationTable)
  func hessianProductIsTheSlopeOfTheGradient(of operation: OperationCase) {
    let direction = operation.direction
    let products = operation.hessianProducts(along: direction)
    let scale = max(1, Self.largest(products))
    for number in operation.inputs.indices {
      let expected = Self.slope {
        operation.gradients(at: Self.moved(operation.inputs, along: direction, by: $0))[number]
      }
      #expect((products[number] - expected).largestMagnitude <= 1e-8 * scale)
    }
  }
}
