import JouleTensor
import Testing

@Suite struct RandomTests {
  @Test func theKeyDeterminesEveryBit() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let key = RandomKey(seed: 7)
      let normal = Tensor<S>(normal: [3, 5], using: key)
      #expect(normal == Tensor(normal: [3, 5], using: key))
      #expect(normal.elements == Tensor<S>(normal: [15], using: key).elements)
      #expect(normal != Tensor(normal: [3, 5], using: key.folded("other")))
      #expect(Tensor<S>(uniform: [0, 3], using: key).shape == [0, 3])
    }
  }

  @Test func momentsAreThoseOfTheDistributions() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let count = 100_000.0
      let normal = Tensor<S>(normal: [100_000], using: RandomKey(seed: 1))
      let uniform = Tensor<S>(uniform: [100_000], using: RandomKey(seed: 1))
      // Five standard errors of each moment.
      #expect(Double(normal.mean()).magnitude < 5 / count.squareRoot())
      #expect((Double(normal.squared().mean()) - 1).magnitude < 5 * (2 / count).squareRoot())
      #expect((Double(uniform.mean()) - 0.5).magnitude < 5 * (1 / (12 * count)).squareRoot())
      #expect(uniform.min() >= 0 && uniform.max() < 1)
    }
  }
}
