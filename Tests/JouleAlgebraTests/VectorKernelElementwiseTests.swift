import Foundation
import JouleAlgebra
import Testing

/// Combinations, reductions, look-up and optimizer passes against their plain definitions.
@Suite struct VectorKernelElementwiseTests {
  static let lengths = [0, 1, 7, 8, 15, 16, 17, 100, 1025]
  let kernels = VectorKernels.best

  @Test(arguments: lengths) func combinationsAreTheirDefinitions(count: Int) {
    checkCombinations(Float.self, count)
    checkCombinations(Double.self, count)
  }

  private func checkCombinations<S: KernelScalar>(_ type: S.Type, _ count: Int) {
    let x = (0..<count).map { S(($0 * 29) % 31 - 15) / 4 }
    let y = (0..<count).map { S(($0 * 17) % 23 + 1) / 8 }
    let plain: [(BinaryFunction, (S, S) -> S)] = [
      (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.subtractFrom, { $1 - $0 }),
      (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }), (.divideInto, { $1 / $0 }),
      (.minimum, { min($0, $1) }), (.maximum, { max($0, $1) }),
    ]
    #expect(plain.count == BinaryFunction.allCases.count)
    for (function, f) in plain {
      var z = [S](repeating: .nan, count: count)
      kernels.combine(function, x.span, y.span, into: z.mutableSpan)
      #expect(z == zip(x, y).map(f), "\(function)")
      kernels.combine(function, x.span, scalar: 0.7, into: z.mutableSpan)
      #expect(z == x.map { f($0, 0.7) }, "\(function)")
      z = x
      kernels.combine(function, inPlace: z.mutableSpan, y.span)
      #expect(z == zip(x, y).map(f), "\(function)")
    }
    let three = x + x + x
    var z = three
    kernels.combineRows(.subtract, inPlace: z.mutableSpan, row: y.span)
    #expect(z == three.indices.map { three[$0] - y[$0 % count] })
    z = three
    let column: [S] = [2, 3, 5]
    kernels.combineColumns(.multiply, inPlace: z.mutableSpan, column: column.span)
    #expect(z == three.indices.map { three[$0] * column[$0 / count] })
  }

  @Test func notANumberIsNeverLost() {
    for index in [0, 3, 15, 16, 39] {
      var x = [Float](repeating: 1, count: 40)
      x[index] = .nan
      let ones = [Float](repeating: 1, count: 40)
      #expect(kernels.maximum(x.span).isNaN && kernels.minimum(x.span).isNaN)
      #expect(kernels.largestMagnitude(x.span).isNaN && kernels.logSumExp(x.span).isNaN)
      #expect(kernels.sum(x.span).isNaN && kernels.sumOfSquares(x.span).isNaN)
      #expect(kernels.firstNonFinite(x.span) == index)
      var z = x
      for function in [BinaryFunction.minimum, .maximum] {
        kernels.combine(function, x.span, ones.span, into: z.mutableSpan)
        #expect(z[index].isNaN && z.filter(\.isNaN).count == 1)
        kernels.combine(function, ones.span, x.span, into: z.mutableSpan)
        #expect(z[index].isNaN && z.filter(\.isNaN).count == 1)
      }
      var sum = [0.0]
      kernels.softplusRowSums(
        x.span, bias: ones.span, columns: 40, scale: 1, into: sum.mutableSpan)
      #expect(sum[0].isNaN)
    }
  }

  @Test(arguments: lengths) func reductionsAreTheirDefinitions(count: Int) {
    let x = (0..<count).map { Float(($0 * 7919) % 201 - 100) / 7 }
    let wide = x.map(Double.init)
    let exact = wide.reduce(0, +)
    let squares = wide.reduce(0) { $0 + ($1 - 0.3) * ($1 - 0.3) }
    #expect(abs(kernels.sum(x.span) - exact) <= 1e-13 * Double(count))
    #expect(abs(kernels.sumOfSquares(x.span, around: 0.3) - squares) <= 1e-15 * squares * 16)
    #expect(kernels.maximum(x.span) == (x.max() ?? -.infinity))
    #expect(kernels.minimum(x.span) == (x.min() ?? .infinity))
    #expect(kernels.largestMagnitude(x.span) == (x.map(\.magnitude).max() ?? 0))
    #expect(kernels.firstNonFinite(x.span) == nil)
    let lse = log(wide.reduce(0) { $0 + exp($1) })
    let error = abs(kernels.logSumExp(x.span) - lse)
    #expect(count == 0 ? kernels.logSumExp(x.span) == -.infinity : error <= 4e-7)
    var sums = [Double](repeating: 9, count: count)
    let two = x + x
    kernels.columnSums(two.span, into: sums.mutableSpan)
    #expect(sums == wide.map { 2 * $0 })
  }

  @Test func logSumExpOfExtremes() {
    let big: [Double] = [1e308, 1e308]
    #expect(kernels.logSumExp(big.span) == 1e308)
    let tiny: [Double] = [-1e5, -1e5]
    #expect(abs(kernels.logSumExp(tiny.span) - (-1e5 + log(2.0))) < 1e-10)
    let none: [Double] = [-.infinity, -.infinity]
    #expect(kernels.logSumExp(none.span) == -.infinity)
    let infinite: [Double] = [0, .infinity]
    #expect(kernels.logSumExp(infinite.span) == .infinity)
  }

  @Test func lookUpTakesRowsThroughTheTable() {
    let bytes = (0..<60).map { UInt8($0 * 4) }
    let table = (0..<256).map { Double($0) / 255 }
    var batch = [Double](repeating: 9, count: 18)
    kernels.lookUpRows(
      of: bytes, columns: 6, at: [7, 9, 0, 3][1...], table: table, into: batch.mutableSpan)
    #expect(batch == [9, 0, 3].flatMap { r in (0..<6).map { table[Int(bytes[r * 6 + $0])] } })
  }

  @Test(arguments: [1, 19, 64]) func optimizersAreTheirFormulas(count: Int) {
    let start = (0..<count).map { Double($0 % 9 - 4) / 3 }
    let g = (0..<count).map { Double(($0 * 5) % 7 - 3) / 2 }
    let (rate, l1, l2, mu) = (0.01, 0.2, 0.3, 0.9)
    let penalized = zip(g, start).map { g, t in
      g + l2 * t + l1 * (t > 0 ? 1 : t < 0 ? -1 : 0)
    }
    func close(_ a: [Double], _ b: [Double]) -> Bool {
      zip(a, b).allSatisfy { abs($0 - $1) <= 1e-14 * (1 + abs($1)) }
    }
    var t = start
    kernels.sgd(t.mutableSpan, gradient: g.span, rate: rate, l1: l1, l2: l2)
    #expect(close(t, start.indices.map { start[$0] - rate * penalized[$0] }))

    for nesterov in [false, true] {
      t = start
      var m = start.map { $0 / 2 }
      kernels.sgd(
        t.mutableSpan, gradient: g.span, velocity: m.mutableSpan, rate: rate, momentum: mu,
        nesterov: nesterov, l1: l1, l2: l2)
      let velocity = start.indices.map { mu * start[$0] / 2 + penalized[$0] }
      #expect(close(m, velocity))
      let step = start.indices.map {
        nesterov ? penalized[$0] + mu * velocity[$0] : velocity[$0]
      }
      #expect(close(t, start.indices.map { start[$0] - rate * step[$0] }))
    }

    // At the first step Adam moves every parameter by its rate against the sign of the gradient.
    t = start
    var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    kernels.adam(
      t.mutableSpan, gradient: g.span, first: m.mutableSpan, second: v.mutableSpan, rate: rate,
      epsilon: 0.001, correction1: 1 - 0.9, correction2: 1 - 0.999, l1: l1, l2: l2)
    #expect(
      close(
        t,
        start.indices.map {
          start[$0] - rate * penalized[$0] / (abs(penalized[$0]) + 0.001)
        }))
    #expect(close(m, penalized.map { 0.1 * $0 }) && close(v, penalized.map { 0.001 * $0 * $0 }))
  }
}
