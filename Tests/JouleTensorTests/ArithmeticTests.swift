import JouleTensor
import Testing

/// Shapes of a smaller operand and of the larger that it broadcasts onto.
private let pairs: [(small: [Int], large: [Int])] = [
  ([2, 3], [2, 3]), ([3], [2, 3]), ([1, 3], [2, 3]), ([2, 1], [2, 3]), ([], [2, 3]), ([1], [2, 3]),
  ([1, 1], [2, 3]), ([1], [1, 1]), ([], []), ([4], [4]), ([1], [4]), ([40], [7, 40]),
  ([7, 1], [7, 40]), ([3, 4], [2, 3, 4]), ([4], [2, 3, 4]), ([1, 3, 4], [2, 3, 4]),
  ([2, 1, 1], [2, 3, 4]), ([2, 3, 1], [2, 3, 4]), ([2, 1, 1, 1], [2, 3, 2, 5]),
  ([2, 5], [2, 3, 2, 5]), ([3], [0, 3]), ([0, 1], [0, 3]), ([3, 1], [3, 0]), ([0], [3, 0]),
  ([1], [0, 3]), ([0, 3], [0, 3]),
]

@Suite struct ArithmeticTests {
  @Test(arguments: pairs)
  func broadcastingIsThatOfIndices(small: [Int], large: [Int]) {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let a: Tensor<S> = testNumbers(large, seed: 1)
      let b: Tensor<S> = testNumbers(small, seed: 2) + 2
      // Axes are compared from the last; an axis of length 1 meets every index.
      let paired = indices(of: large).map { index in
        element(
          b, zip(index.suffix(small.count), small).map { $1 == 1 ? 0 : $0 })
      }
      func expect(_ result: Tensor<S>, _ f: (S, S) -> S) {
        #expect(result == Tensor(shape: large, elements: zip(a.elements, paired).map(f)))
      }
      expect(a + b) { $0 + $1 }
      expect(b + a) { $0 + $1 }
      expect(a - b) { $0 - $1 }
      expect(b - a) { $1 - $0 }
      expect(a * b) { $0 * $1 }
      expect(b * a) { $0 * $1 }
      expect(a / b) { $0 / $1 }
      expect(b / (a + 4)) { $1 / ($0 + 4) }
      expect(a.minimum(with: b - 2)) { Swift.min($0, $1 - 2) }
      expect((b - 2).maximum(with: a)) { Swift.max($0, $1 - 2) }

      var changed = a
      changed += b
      expect(changed) { $0 + $1 }
      changed.assign(a)
      changed -= b
      expect(changed) { $0 - $1 }
      changed.assign(a)
      changed *= b
      expect(changed) { $0 * $1 }
      changed.assign(a)
      changed /= b
      expect(changed) { $0 / $1 }

      Tensor.apply(.subtract, a, b, into: &changed)
      expect(changed) { $0 - $1 }
      Tensor.apply(.divide, b, a + 4, into: &changed)
      expect(changed) { $1 / ($0 + 4) }
    }
  }

  @Test func scalarsOnBothSides() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let t = Tensor<S>([1, 2, -4])
      #expect(t + 1 == Tensor([2, 3, -3]) && 1 + t == t + 1)
      #expect(t - 1 == Tensor([0, 1, -5]) && 1 - t == Tensor([0, -1, 5]))
      #expect(t * 2 == Tensor([2, 4, -8]) && 2 * t == t * 2)
      #expect(t / 2 == Tensor([0.5, 1, -2]) && 2 / t == Tensor([2, 1, -0.5]))
      #expect(-t == Tensor([-1, -2, 4]))
      var u = t
      u += 1
      u *= 3
      u -= 2
      u /= 2
      #expect(u == Tensor([2, 3.5, -5.5]))
      u.clamp(to: 0...3)
      #expect(u == Tensor([2, 3, 0]))
      #expect((Tensor<S>(zeros: [0, 3]) + 1).shape == [0, 3])
    }
  }

  @Test func stepsOfTrainingInPlace() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      var t = Tensor<S>([[1, 2], [3, 4]])
      let u = Tensor<S>([[1, 1], [2, 2]])
      t.add(u, scaledBy: 0.5)
      #expect(t == Tensor([[1.5, 2.5], [4, 5]]))
      t.scale(by: 2)
      #expect(t == Tensor([[3, 5], [8, 10]]))
      t.scale(by: 0.5, subtracting: u)
      #expect(t == Tensor([[0.5, 1.5], [2, 3]]))
      t.scale(by: 1, subtracting: u)
      #expect(t == Tensor([[-0.5, 0.5], [0, 1]]))
      t.fill(.nan)
      t.scale(by: 0, subtracting: u)
      #expect(t == -u)
      t.fill(3)
      #expect(t.elements == [3, 3, 3, 3])
      var v = Tensor<S>([0.4, 0.5, 0.6, .nan, .infinity, -.infinity])
      v.formThreshold(above: 0.5)
      #expect(v.elements == [0, 0, 1, 0, 1, 0])
      var empty = Tensor<S>(zeros: [0, 3])
      empty.add(empty, scaledBy: 2)
      empty.scale(by: 0, subtracting: empty)
      empty.fill(1)
      empty.formThreshold(above: 0)
      #expect(empty.shape == [0, 3])
    }
  }

  @Test func operandsMayBeTheTensorItself() {
    var t = Tensor<Float>([1, 2])
    t += t
    t.add(t, scaledBy: 1)
    #expect(t == Tensor([4, 8]))
    Tensor.apply(.subtract, t, Tensor([1, 1]), into: &t)
    #expect(t == Tensor([3, 7]))
  }
}
