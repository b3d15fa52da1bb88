import JouleAutodiff
import JouleTensor
import JouleTestSupport
import Testing

@Suite struct TapeTests {
  @Test func tenThousandOperationsDeepNeitherOverflowNorDrift() {
    // d/dx of 10,000 additions of x: 10,001.
    let gradient = Autodiff.gradient(at: Tensor<Double>([1, 2])) { x in
      var y = x
      for _ in 0..<10_000 { y = y + x }
      return y
    }
    #expect(gradient.elements == [10_001, 10_001])
  }

  @Test func thirdDerivativeOfAPower() {
    // (x⁴)‴ = 24 x
    let tape = Tape<Double>()
    let x = tape.value([0.5, 2])
    var y = x * x * x * x
    for _ in 0..<3 { y = y.gradients(for: [x])[0] }
    #expect(y.tensor.elements == [12, 48])
  }

  @Test func jacobianProductsAreTransposesOfEachOther() {
    let matrix = Tensor<Double>(uniform: [3, 4], using: RandomKey(seed: 1))
    let x = Tensor<Double>(uniform: [2, 3], using: RandomKey(seed: 2))
    let v = Tensor<Double>(uniform: [2, 3], using: RandomKey(seed: 3))
    let u = Tensor<Double>(uniform: [2, 4], using: RandomKey(seed: 4))
    func f(_ x: Value<Double>) -> Value<Double> { x.matmul(x.tape.value(matrix)).tanh() }
    let forward = Autodiff.jacobianVectorProduct(at: x, along: v, of: f)
    let backward = Autodiff.vectorJacobianProduct(u, at: x, of: f)
    #expect(abs((forward * u).sum() - (backward * v).sum()) < 1e-14)
  }

  @Test func aValueThatDoesNotMatterHasZeroGradient() {
    let tape = Tape<Double>()
    let (x, z) = (tape.value([1, 2]), tape.value([3]))
    #expect(x.sum().gradientTensors(for: [x, z]) == [Tensor([1, 1]), Tensor([0])])
  }

  @Test func takingPlainGradientsLeavesTheTapeAsItWas() {
    let tape = Tape<Double>()
    let x = tape.value([1, 2])
    let y = (x * x).exp().sum()
    let count = tape.count
    let first = y.gradientTensors(for: [x])[0]
    #expect(tape.count == count)
    #expect(y.gradientTensors(for: [x])[0] == first)
    #expect(y.gradients(for: [x])[0].tensor == first)
  }

  @Test func detachedValuesAreConstants() {
    #expect(Autodiff.gradient(at: Tensor<Double>([3])) { $0 * $0.detached() }.elements == [3])
  }
}
