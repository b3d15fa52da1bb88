import JouleAlgebra
import Testing

/// Every dispatch level gives the bits of the baseline.
@Suite struct VectorKernelLevelTests {
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
  static let address = RandomAddress(key: 99, firstChain: 3, step: 8, purpose: 2)

  @Test func bestIsTheHighestLevelThatRuns() {
    #expect(VectorKernels.at(.baseline) != nil)
    #expect(VectorKernels.best == Self.levels.last)
  }

  @Test(arguments: [1, 7, 16, 33, 999, 5003]) func everyKernelHasTheSameBits(columns: Int) {
    compare(Float.self, columns)
    compare(Double.self, columns)
  }

  @Test(arguments: [1, 15, 16, 64, 100, 345]) func slopesComeWithTheirFunctions(count: Int) {
    func check<S: KernelScalar>(_ type: S.Type) {
      let x = (0..<count).map { S(($0 &* 7919) % 4001 - 2000) / 41 }
      let pairs: [(UnaryFunction, UnaryFunction)] = [(.swish, .swishSlope), (.gelu, .geluSlope)]
      for (function, itsSlope) in pairs {
        var (value, slope, expectedValue, expectedSlope) = (x, x, x, x)
        let kernels = VectorKernels.best
        kernels.apply(function, x.span, into: value.mutableSpan, slope: slope.mutableSpan)
        kernels.apply(function, to: expectedValue.mutableSpan)
        kernels.apply(itsSlope, to: expectedSlope.mutableSpan)
        #expect(value == expectedValue && slope == expectedSlope)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  private func compare<S: KernelScalar>(_ type: S.Type, _ columns: Int) {
    let results = Self.levels.map { bits(of: $0, type, columns) }
    for (level, result) in zip(Self.levels, results) {
      #expect(result.count == results[0].count)
      for (index, (got, expected)) in zip(result, results[0]).enumerated() {
        #expect(got == expected, "\(type) result \(index) at \(level.level)")
      }
    }
  }

  /// The results of all kernels, as bits.
  private func bits<S: KernelScalar>(
    of kernels: VectorKernels, _ type: S.Type, _ columns: Int
  ) -> [[UInt64]] {
    let rows = 3
    let count = rows * columns
    let x = (0..<count).map { S(($0 &* 7919) % 4001 - 2000) / 41 }
    let y = (0..<count).map { S(($0 &* 104_729) % 997 + 1) / 13 }
    let bias = Array(y[..<columns])
    var all: [[UInt64]] = []
    func keep(_ values: [S]) {
      all.append(values.map { v in v.isNaN ? .max : Double(v).bitPattern })
    }
    func keep(_ values: [Double]) { all.append(values.map(\.bitPattern)) }

    for function in UnaryFunction.allCases {
      var z = x
      kernels.apply(function, to: z.mutableSpan)
      keep(z)
      kernels.apply(function, y.span, into: z.mutableSpan)
      keep(z)
    }
    for function in [UnaryFunction.swish, .gelu] {
      var (value, slope) = (x, x)
      kernels.apply(function, x.span, into: value.mutableSpan, slope: slope.mutableSpan)
      keep(value)
      keep(slope)
    }
    for function in BinaryFunction.allCases {
      var z = x
      kernels.combine(function, x.span, y.span, into: z.mutableSpan)
      keep(z)
      kernels.combine(function, inPlace: z.mutableSpan, scalar: 0.3)
      keep(z)
      kernels.combineRows(function, inPlace: z.mutableSpan, row: bias.span)
      keep(z)
    }
    let windows = ImageWindows(
      [1, rows, columns, 1], windowHeight: 2, windowWidth: 3, stride: 2, padding: 1)
    var patches = [S](repeating: 0, count: windows.patchCount)
    kernels.patches(of: x.span, windows, into: patches.mutableSpan)
    keep(patches)
    var pictures = y
    kernels.addPatches(patches.span, windows, to: pictures.mutableSpan)
    keep(pictures)
    for distribution in FillDistribution.allCases {
      var z = x
      kernels.fill(distribution, z.mutableSpan, columns: columns, Self.address)
      keep(z)
    }
    keep([
      kernels.sum(x.span), kernels.sumOfSquares(x.span, around: 0.1), kernels.logSumExp(x.span),
      Double(kernels.maximum(x.span)), Double(kernels.minimum(x.span)),
      Double(kernels.largestMagnitude(x.span)),
    ])
    var sums = [Double](repeating: 0, count: rows)
    kernels.softplusRowSums(
      x.span, bias: bias.span, columns: columns, scale: 0.7, into: sums.mutableSpan)
    keep(sums)
    let deep = x.map { Double($0) }
    let others = deep.map { $0 / 3 }
    var pairs = [Double](repeating: 0, count: rows * rows)
    kernels.softplusPairSums(
      deep.span, others.span, rows: rows, columns: rows, depth: columns,
      into: pairs.mutableSpan)
    keep(pairs)
    var columnSums = [Double](repeating: 0, count: columns)
    kernels.columnSums(x.span, into: columnSums.mutableSpan)
    keep(columnSums)
    var z = x
    kernels.addBiasLogistic(z.mutableSpan, bias: bias.span, columns: columns)
    keep(z)
    z = x
    kernels.addBiasLogisticSample(z.mutableSpan, bias: bias.span, columns: columns, Self.address)
    keep(z)
    z = x
    kernels.annealHidden(
      z.mutableSpan, bias: bias.span, columns: columns, from: 0.3, to: 0.31,
      logWeights: sums.mutableSpan, Self.address)
    keep(z)
    keep(sums)
    z = x
    kernels.annealVisible(
      z.mutableSpan, bias: bias.span, baseBias: bias.span, columns: columns, beta: 0.4,
      Self.address)
    keep(z)
    var (t, m, v) = (x, y, y)
    kernels.sgd(t.mutableSpan, gradient: y.span, rate: 0.01, l1: 0.1, l2: 0.2)
    kernels.sgd(
      t.mutableSpan, gradient: y.span, velocity: m.mutableSpan, rate: 0.01, momentum: 0.9,
      nesterov: true, l1: 0.1, l2: 0.2)
    kernels.adam(
      t.mutableSpan, gradient: x.span, first: m.mutableSpan, second: v.mutableSpan, rate: 0.1,
      correction1: 0.1, correction2: 0.001)
    keep(t)
    keep(m)
    keep(v)
    all += trajectoryBits(of: kernels, x, y, bias)
    return all
  }

  /// The results of the kernels of trajectories and flips, as bits.
  private func trajectoryBits<S: KernelScalar>(
    of kernels: VectorKernels, _ x: [S], _ y: [S], _ scale: [S]
  ) -> [[UInt64]] {
    let columns = scale.count
    let (kicks, drifts) = ([0.1, -0.3, 0.7], [0.2, 0.9, -0.4])
    var (a, b, total) = (x, y, y)
    var squares = [0.0, 0, 0]
    var all: [[UInt64]] = []
    func keep(_ values: [S]) { all.append(values.map { Double($0).bitPattern }) }
    func keep(_ values: [Double]) { all.append(values.map(\.bitPattern)) }
    kernels.kickDrift(
      a.mutableSpan, b.mutableSpan, gradient: y.span, scale: scale, kicks: kicks, drifts: drifts,
      squares: squares.mutableSpan, columns: columns)
    keep(a)
    keep(squares)
    kernels.addScaledRows(
      b.mutableSpan, x.span, factors: kicks, total: total.mutableSpan,
      squares: squares.mutableSpan, columns: columns)
    keep(b)
    keep(total)
    keep(squares)
    kernels.rowDots(a.span, b.span, into: squares.mutableSpan)
    keep(squares)
    let bits = x.map { $0 > 0 ? S(1) : 0 }
    var next = bits
    kernels.proposeFlips(
      of: bits.span, gradient: x.span, columns: columns, middle: 0.5, cost: 0.3, Self.address,
      into: next.mutableSpan, logDensities: squares.mutableSpan)
    keep(next)
    keep(squares)
    kernels.flipLogDensities(
      from: bits.span, gradient: x.span, to: next.span, columns: columns, middle: 0.5, cost: 0.3,
      into: squares.mutableSpan)
    keep(squares)
    let choices = kernels.chooseFlips(
      of: bits.span, gradient: x.span, columns: columns, middle: 0.5, uniforms: [0.1, 0.5, 0.9],
      logDensities: squares.mutableSpan)
    keep(squares)
    all.append(choices.map { UInt64($0) })
    kernels.choiceLogDensities(
      of: bits.span, gradient: y.span, columns: columns, middle: 0.5, choices: choices,
      into: squares.mutableSpan)
    keep(squares)
    return all
  }
}
