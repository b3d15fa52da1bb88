import Foundation
import JouleAlgebra
import Testing

/// The elementary functions against 80-bit arithmetic, over the bit patterns of the whole range.
@Suite struct VectorKernelAccuracyTests {
  /// A function, its exact value, and the ulps that its documentation states.
  struct Law: Sendable, CustomTestStringConvertible {
    let function: UnaryFunction
    let ulps: Float80
    let exact: @Sendable (Float80) -> Float80
    var testDescription: String { "\(function)" }
  }

  static let laws: [Law] = [
    Law(function: .exp, ulps: 2) { exp($0) },
    Law(function: .expm1, ulps: 3) { expm1($0) },
    Law(function: .log, ulps: 1) { log($0) },
    Law(function: .log1p, ulps: 2) { log1p($0) },
    Law(function: .tanh, ulps: 4) { tanh($0) },
    Law(function: .logistic, ulps: 3) { 1 / (1 + exp(-$0)) },
    Law(function: .softplus, ulps: 3) { max($0, 0) + log1p(exp(-abs($0))) },
    Law(function: .sqrt, ulps: 0.5) { $0.squareRoot() },
    Law(function: .square, ulps: 0.5) { $0 * $0 },
    Law(function: .abs, ulps: 0) { abs($0) },
    Law(function: .reciprocal, ulps: 0.5) { 1 / $0 },
    Law(function: .negate, ulps: 0) { -$0 },
    Law(function: .sign, ulps: 0) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
  ]

  @Test(arguments: laws) func floatWithinStatedUlps(law: Law) {
    var values = stride(from: UInt32(0), to: .max - 20011, by: 20011).map(Float.init(bitPattern:))
    values += stride(from: -110, through: 110, by: 0.0037).map { Float($0) }
    check(law, values + specialValues())
  }

  @Test(arguments: laws) func doubleWithinStatedUlps(law: Law) {
    let step = UInt64(1) << 46 | 0x1357_9BDF_0246
    var values = stride(from: UInt64(0), to: .max - step, by: Int(step)).map(
      Double.init(bitPattern:))
    values += stride(from: -760, through: 760, by: 0.0171)
    check(law, values + specialValues())
  }

  private func specialValues<S: KernelScalar>() -> [S] {
    [
      0, -S(0), 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
      -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, 0.5, -0.5, S(1).nextDown, S(1).nextUp, S(-1).nextUp,
    ]
  }

  private func check<S: KernelScalar>(_ law: Law, _ values: [S]) {
    var results = [S](repeating: 0, count: values.count)
    VectorKernels.best.apply(law.function, values.span, into: results.mutableSpan)
    var worst: Float80 = 0
    var place = S(0)
    for (value, result) in zip(values, results) {
      let exact = law.exact(Float80(value))
      if exact.isNaN || result.isNaN {
        #expect(exact.isNaN && result.isNaN, "\(law.function)(\(value)) = \(result), not \(exact)")
        continue
      }
      let rounded = S(exact)
      if rounded.isInfinite || result.isInfinite {
        // Within the stated ulps of the largest number both are right.
        let close = (rounded.isInfinite ? result : rounded).magnitude
        let near = close >= S.greatestFiniteMagnitude * (1 - 4 * S.ulpOfOne)
        #expect(near && (result > 0) == (exact > 0), "\(law.function)(\(value)) = \(result)")
        continue
      }
      if rounded == 0 && result == 0 { continue }
      let error = abs(Float80(result) - exact) / Float80(max(rounded.magnitude, 0).ulp)
      if error > worst { (worst, place) = (error, value) }
    }
    #expect(worst <= law.ulps, "\(law.function) is off by \(worst) ulps at \(place)")
    print("\(S.self) \(law.function): \(Double(worst)) ulps at \(place)")
  }

  @Test func smoothRectifiersAreWithinTheirStatedErrors() {
    checkRectifiers(Float.self)
    checkRectifiers(Double.self)
  }

  private func checkRectifiers<S: KernelScalar>(_ type: S.Type) {
    let values =
      stride(from: -120, through: 120, by: 0.0037).map { S($0) } + [.greatestFiniteMagnitude]
    var (results, slopes, swish) = (values, values, values)
    VectorKernels.best.apply(.swish, values.span, into: swish.mutableSpan)
    VectorKernels.best.apply(.gelu, values.span, into: results.mutableSpan)
    VectorKernels.best.apply(.geluSlope, values.span, into: slopes.mutableSpan)
    let linear = 2 * (2 / Float80.pi).squareRoot()
    for (index, value) in values.enumerated() {
      let x = Float80(value)
      let exact = x / (1 + exp(-x))
      #expect(
        abs(Float80(swish[index]) - exact)
          <= 4 * Float80(S(exact).ulp) + 3 * abs(x) * Float80(S.leastNonzeroMagnitude),
        "swish(\(value)) = \(swish[index])")
      let w = linear * (x + 0.044715 * x * x * x)
      let (s, t) = (1 / (1 + exp(-w)), 1 / (1 + exp(w)))
      let rise = s * t == 0 ? 0 : x * s * t * linear * (1 + 3 * 0.044715 * x * x)
      #expect(
        abs(Float80(results[index]) - x * s) <= 5 * abs(x) * Float80(S.ulpOfOne),
        "gelu(\(value)) = \(results[index])")
      #expect(
        abs(Float80(slopes[index]) - s - rise) <= 8 * Float80(S.ulpOfOne),
        "gelu's slope at \(value) = \(slopes[index])")
    }
  }

  @Test func signOfZeroIsKept() {
    for function in [UnaryFunction.expm1, .log1p, .tanh, .sqrt, .sign] {
      #expect(VectorKernels.best.apply(function, to: -0.0).sign == .minus, "\(function)")
    }
  }

  /// Σ softplus in the tails, in one row of a thousand and one of a million to one.
  @Test(arguments: [1, 7, 16, 500, 961, 5000])
  func softplusRowSumsAreExactToTheStatedError(columns: Int) {
    checkSoftplusSums(Float.self, columns: columns)
    checkSoftplusSums(Double.self, columns: columns)
  }

  private func checkSoftplusSums<S: KernelScalar>(_ type: S.Type, columns: Int) {
    let x = (0..<3 * columns).map { S(($0 * 7919) % 2001 - 1000) / 37 }
    let bias = (0..<columns).map { S(($0 * 31) % 11 - 5) / 8 }
    var sums = [Double](repeating: .nan, count: 3)
    VectorKernels.best.softplusRowSums(
      x.span, bias: bias.span, columns: columns, scale: 0.75, into: sums.mutableSpan)
    for row in 0..<3 {
      var exact: Float80 = 0
      for column in 0..<columns {
        let y = Float80((x[row * columns + column] + bias[column]) * S(0.75))
        exact += max(y, 0) + log1p(exp(-abs(y)))
      }
      // exp in S is off by 2 ulps of a number that is at most 1; sums by an ulp of the total each.
      let bound =
        Double(columns) * (2e-16 + 2 * Double(S.ulpOfOne)) + Double(exact) * 1e-15
      #expect(abs(sums[row] - Double(exact)) <= bound, "\(type) \(columns): \(sums[row]) \(exact)")
    }
  }
}
