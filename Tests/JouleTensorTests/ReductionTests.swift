import Foundation
import JouleTensor
import Testing

@Suite struct ReductionTests {
  @Test(arguments: [[], [5], [3, 4], [17, 35], [2, 3, 4], [2, 3, 1, 5], [0, 3], [3, 0], [0]])
  func reductionsOfAll(shape: [Int]) {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let t: Tensor<S> = testNumbers(shape)
      let x = t.elements.map { Double($0) }
      let sum = x.reduce(0, +)
      expectClose(
        Tensor([t.sum(), t.mean()]), [2], [sum, sum / Double(x.count)], ulps: 1, scale: 1)
      #expect(Double(t.max()) == x.max() ?? -.infinity)
      #expect(Double(t.min()) == x.min() ?? .infinity)
      #expect(Double(t.largestMagnitude) == x.map(\.magnitude).max() ?? 0)
      #expect(t.firstNonFinite == nil && !t.containsNaN)
      expectClose(
        Tensor([t.dot(t)]), [1], [x.reduce(0) { $0 + $1 * $1 }], ulps: Double(x.count + 1))
    }
  }

  @Test(arguments: [
    [5], [3, 4], [17, 35], [2, 3, 4], [2, 3, 1, 5], [2, 0, 3], [0, 3], [3, 0],
  ])
  func reductionsAlongEveryAxis(shape: [Int]) {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let t: Tensor<S> = testNumbers(shape)
      for axis in shape.indices {
        var reduced = shape
        reduced.remove(at: axis)
        var kept = shape
        kept[axis] = 1
        let lanes = indices(of: kept).map { index in
          (0..<shape[axis]).map { position in
            var index = index
            index[axis] = position
            return Double(element(t, index))
          }
        }
        let length = Double(shape[axis])
        func sum(_ x: [Double]) -> Double { x.reduce(0, +) }
        func deviations(_ x: [Double]) -> Double {
          x.reduce(0) { $0 + ($1 - sum(x) / length) * ($1 - sum(x) / length) }
        }
        func expect(
          _ reduce: (Bool) -> Tensor<S>, ulps: Double = 1, _ reference: ([Double]) -> Double
        ) {
          expectClose(reduce(false), reduced, lanes.map(reference), ulps: ulps, scale: 1)
          expectClose(reduce(true), kept, lanes.map(reference), ulps: ulps, scale: 1)
        }
        expect({ t.sum(along: axis, keepingAxis: $0) }, sum)
        expect({ t.mean(along: axis, keepingAxis: $0) }) { sum($0) / length }
        expect({ t.max(along: axis, keepingAxis: $0) }) { $0.max() ?? -.infinity }
        expect({ t.min(along: axis, keepingAxis: $0) }) { $0.min() ?? .infinity }
        expect({ t.logSumExp(along: axis, keepingAxis: $0) }, ulps: 2) {
          Foundation.log(sum($0.map { Foundation.exp($0) }))
        }
        // The rounding of Double itself counts where the scalar is Double.
        expect({ t.variance(along: axis, keepingAxis: $0) }, ulps: 4) {
          length > 0 ? deviations($0) / length : .nan
        }
        expect({ t.variance(along: axis, correction: 1, keepingAxis: $0) }, ulps: 4) {
          length > 1 ? deviations($0) / (length - 1) : .nan
        }
        if shape[axis] > 0 {
          let expected = lanes.map { lane in lane.indices.first { lane[$0] == lane.max() } }
          #expect(t.argmax(along: axis).map(Optional.some) == expected)
        }
      }
    }
  }

  @Test func logSumExpOfExtremes() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let large = S.greatestFiniteMagnitude / 2
      let t = Tensor<S>([
        [-.infinity, -.infinity], [-.infinity, 3], [.infinity, 1], [large, large],
        [-large, -large],
        [1000, 1000], [-1000, -1000], [.nan, 0],
      ])
      let log2 = Foundation.log(2.0)
      let expected: [Double] = [
        -.infinity, 3, .infinity, Double(large), -Double(large), 1000 + log2, -1000 + log2, .nan,
      ]
      expectClose(t.logSumExp(along: 1), [8], expected, ulps: 1)
      expectClose(t.transposed().logSumExp(along: 0), [8], expected, ulps: 1)
    }
  }

  @Test func sumsDoNotLoseSmallTerms() {
    // In Float, 2²⁴ + 1 = 2²⁴: a running sum in Float would stand still.
    var t = Tensor<Float>([1 << 20], repeating: 1)
    t[0] = 16_777_216
    #expect(t.sum() == Float(17_825_791))
    #expect(t.reshaped(to: [1 << 20, 1]).sum(along: 0)[0] == Float(17_825_791))
    #expect(t.reshaped(to: [1 << 19, 2]).sum(along: 0)[1] == 524_288)
  }

  @Test func softmaxRowsSumToOne() {
    let x: Tensor<Double> = testNumbers([4, 9]) * 50
    let p = (x - x.logSumExp(along: 1, keepingAxis: true)).exp()
    expectClose(p.sum(along: 1), [4], [1, 1, 1, 1], ulps: 60)
  }

  @Test func nonFiniteNumbersAreFoundAndShow() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      var t = Tensor<S>(zeros: [5, 7])
      t[3, 2] = -.infinity
      #expect(t.firstNonFinite == 23 && !t.containsNaN)
      var later = t
      later[4, 6] = .nan
      #expect(later.firstNonFinite == 23 && later.containsNaN)
      t[1, 1] = .nan
      #expect(t.firstNonFinite == 8)
      #expect(t.max().isNaN && t.min().isNaN && t.sum().isNaN)
      #expect(t.argmax(along: 1) == [0, 1, 0, 0, 0])
    }
  }

  @Test func argmaxTakesTheFirstOfEquals() {
    let t = Tensor<Float>([[1, 3, 3], [2, 2, 2], [3, -.infinity, 0]])
    #expect(t.argmax(along: 1) == [1, 0, 0])
    #expect(t.argmax(along: 0) == [2, 0, 0])
  }
}
