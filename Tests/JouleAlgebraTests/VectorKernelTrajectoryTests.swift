import Foundation
import JouleAlgebra
import Testing

/// The passes of trajectories and of gradient-guided flips against plain loops in Double.
@Suite struct VectorKernelTrajectoryTests {
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
  static let rows = 3

  private func values<S: KernelScalar>(_ count: Int, _ seed: Int, as type: S.Type) -> [S] {
    (0..<count).map { S(sin(Double($0 * 7 + seed) * 1.7) * 2) }
  }

  private func expectClose<S: KernelScalar>(
    _ found: [S], _ expected: [Double], _ what: String
  ) {
    let tolerance = MemoryLayout<S>.size == 4 ? 4e-6 : 1e-13
    for (index, (a, b)) in zip(found, expected).enumerated() {
      #expect(abs(Double(a) - b) <= tolerance * max(1, abs(b)), "\(what), element \(index)")
    }
  }

  @Test(arguments: [1, 7, 16, 33, 130]) func kicksAndDrifts(columns: Int) {
    for kernels in Self.levels {
      check(kernels, columns, scaled: true, as: Float.self)
      check(kernels, columns, scaled: false, as: Double.self)
    }
  }

  /// Rows of one kick and drift may move together: every element as if it were alone.
  @Test(arguments: [1, 3, 8, 31, 100]) func equalKicksAndDriftsAreThoseOfEveryElement(columns: Int)
  {
    func check<S: KernelScalar>(_ type: S.Type) {
      let count = 5 * columns
      let g = values(count, 3, as: S.self)
      for kernels in Self.levels {
        var (x, z) = (values(count, 1, as: S.self), values(count, 2, as: S.self))
        var expected = (x: x, z: z)
        for place in 0..<count {
          expected.z[place] -= S(0.3) * g[place]
          expected.x[place] += S(0.7) * expected.z[place]
        }
        var noSquares: [Double] = []
        kernels.kickDrift(
          x.mutableSpan, z.mutableSpan, gradient: g.span, scale: nil,
          kicks: [Double](repeating: 0.3, count: 5), drifts: [Double](repeating: 0.7, count: 5),
          squares: noSquares.mutableSpan, columns: columns)
        #expect(x == expected.x && z == expected.z, "\(type) at \(kernels.level)")
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// A step of Langevin dynamics is normal numbers, a kick and a drift: below, at and beyond the rows and columns that
  /// it makes noise for at a time.
  @Test(arguments: [
    (5, 1), (19, 3), (300, 8), (40, 130), (9, 600), (2, 4096), (2, 9001), (3000, 2), (0, 4),
  ])
  func langevinStepsAreTheirParts(rows: Int, columns: Int) {
    let at = RandomAddress(key: 5, firstChain: 7, step: 3, purpose: 2)
    func check<S: KernelScalar>(_ type: S.Type) {
      let g = values(rows * columns, 3, as: S.self)
      let (kick, drift) = (
        [Double](repeating: 0.3, count: rows), [Double](repeating: 0.7, count: rows)
      )
      for kernels in Self.levels {
        for scale in [nil, values(columns, 4, as: S.self)] {
          var x = values(rows * columns, 1, as: S.self)
          var (expected, z) = (x, x)
          var noSquares: [Double] = []
          kernels.fill(.normal, z.mutableSpan, columns: columns, at)
          kernels.kickDrift(
            expected.mutableSpan, z.mutableSpan, gradient: g.span, scale: scale, kicks: kick,
            drifts: drift, squares: noSquares.mutableSpan, columns: columns)
          kernels.langevinStep(
            x.mutableSpan, gradient: g.span, scale: scale, kick: 0.3, drift: 0.7,
            columns: columns, at)
          #expect(x == expected, "\(type) at \(kernels.level), scaled \(scale != nil)")
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  private func check<S: KernelScalar>(
    _ kernels: VectorKernels, _ columns: Int, scaled: Bool, as type: S.Type
  ) {
    let count = Self.rows * columns
    let (x, z, g) = (
      values(count, 1, as: S.self), values(count, 2, as: S.self), values(count, 3, as: S.self)
    )
    let scale = values(columns, 4, as: S.self)
    let (kicks, drifts) = ([0.25, -0.5, 1], [0.5, 0.125, -2])
    func s(_ i: Int) -> Double { scaled ? Double(scale[i % columns]) : 1 }
    var momenta = (0..<count).map { Double(z[$0]) - kicks[$0 / columns] * s($0) * Double(g[$0]) }
    let positions = (0..<count).map { Double(x[$0]) + drifts[$0 / columns] * s($0) * momenta[$0] }
    func squares() -> [Double] {
      (0..<Self.rows).map { row in
        momenta[row * columns..<(row + 1) * columns].reduce(0) { $0 + $1 * $1 }
      }
    }
    var (movedX, movedZ) = (x, z)
    var found = [Double](repeating: .nan, count: Self.rows)
    kernels.kickDrift(
      movedX.mutableSpan, movedZ.mutableSpan, gradient: g.span, scale: scaled ? scale : nil,
      kicks: kicks, drifts: drifts, squares: found.mutableSpan, columns: columns)
    expectClose(movedX, positions, "x")
    expectClose(movedZ, momenta, "z")
    #expect(zip(found, squares()).allSatisfy { abs($0 - $1) < 1e-5 * max(1, $1) })

    var total = x
    momenta = (0..<count).map { momenta[$0] + kicks[$0 / columns] * s($0) * Double(g[$0]) }
    kernels.addScaledRows(
      movedZ.mutableSpan, g.span, scale: scaled ? scale : nil, factors: kicks,
      total: total.mutableSpan, squares: found.mutableSpan, columns: columns)
    expectClose(movedZ, momenta, "z")
    expectClose(total, zip(x, momenta).map { Double($0) + $1 }, "total")
    #expect(zip(found, squares()).allSatisfy { abs($0 - $1) < 1e-5 * max(1, $1) })
    kernels.rowDots(x.span, g.span, into: found.mutableSpan)
    for row in 0..<Self.rows {
      let dot = (0..<columns).reduce(0) {
        $0 + Double(x[row * columns + $1]) * Double(g[row * columns + $1])
      }
      #expect(abs(found[row] - dot) < 1e-5 * Double(columns))
    }
  }

  /// Every one of the six conditions alone makes a turn, and none of them none.
  @Test(arguments: [1, 19, 64]) func turnsAreThoseOfTheSixProducts(columns: Int) {
    for kernels in Self.levels {
      var outcomes = Set<Bool>()
      for seed in 0..<200 {
        // Momenta that mostly point one way, and every other time running sums that grow that way, so that
        // neither outcome is rare.
        let width = Double(columns).squareRoot()
        let block: [Double] = (0..<7 * columns).map { place in
          let row = place / columns
          let rise: Double = seed % 2 == 0 && row > 3 ? Double(row - 2) : 1
          let wave: Double = sin(Double(place * 13 + seed * 101) * 0.91)
          return 0.7 * rise + 2 * wave / width
        }
        func row(_ i: Int) -> [Double] { Array(block[i * columns..<(i + 1) * columns]) }
        func dot(_ a: [Double], _ b: [Double]) -> Double {
          zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        func add(_ a: [Double], _ b: [Double], _ sign: Double = 1) -> [Double] {
          zip(a, b).map { $0 + sign * $1 }
        }
        let (first, second) = (add(row(5), row(4), -1), add(row(6), row(5), -1))
        let sums = [add(first, second), add(first, row(2)), add(second, row(1))]
        let products = [
          dot(row(0), sums[0]), dot(row(3), sums[0]), dot(row(0), sums[1]), dot(row(2), sums[1]),
          dot(row(1), sums[2]), dot(row(3), sums[2]),
        ]
        let expected = products.contains { $0 <= 0 }
        outcomes.insert(expected)
        let found = kernels.turns(
          block.span, columns: columns,
          TrajectoryStretches(
            first: 0, firstEnd: 1, secondStart: 2, last: 3, sumBefore: 4, sumFirst: 5, sumAll: 6))
        #expect(found == expected, "seed \(seed)")
        let whole = kernels.turns(
          block.span, columns: columns,
          TrajectoryStretches(first: 0, last: 3, sumBefore: 4, sumAll: 6))
        #expect(whole == (products[0] <= 0 || products[1] <= 0))
      }
      #expect(outcomes.count == 2)
    }
  }

  @Test func notANumberIsATurn() {
    var block = [Float](repeating: 1, count: 12)
    block[4] = .nan
    let turns = VectorKernels.best.turns(
      block.span, columns: 4, TrajectoryStretches(first: 0, last: 1, sumBefore: nil, sumAll: 2))
    #expect(turns)
  }

  @Test(arguments: [1, 7, 16, 33, 130]) func flipsAndTheirDensities(columns: Int) {
    for kernels in Self.levels {
      checkFlips(kernels, columns, as: Float.self)
      checkFlips(kernels, columns, as: Double.self)
    }
  }

  private func checkFlips<S: KernelScalar>(
    _ kernels: VectorKernels, _ columns: Int, as type: S.Type
  ) {
    let count = Self.rows * columns
    let x = (0..<count).map { S($0 % 3 == 1 ? 1 : -1) }
    let g = values(count, 5, as: S.self)
    let address = RandomAddress(key: 4, firstChain: 9, step: 2, purpose: 3)
    var (next, densities) = (x, [Double](repeating: .nan, count: Self.rows))
    kernels.proposeFlips(
      of: x.span, gradient: g.span, columns: columns, middle: 0, cost: 0.4, address,
      into: next.mutableSpan, logDensities: densities.mutableSpan)
    var uniforms = [UInt32](repeating: 0, count: count)
    kernels.fillWords(uniforms.mutableSpan, columns: columns, address)
    var expected = [Double](repeating: 0, count: Self.rows)
    for i in 0..<count {
      let a = Double(g[i]) * Double(x[i]) - 0.4
      let flips = Double(uniforms[i]) * 0x1p-32 < 1 / (1 + exp(-a))
      #expect(next[i] == (flips ? -x[i] : x[i]), "element \(i)")
      expected[i / columns] -= log1p(exp(flips ? -a : a))
    }
    func close(_ found: [Double], _ expected: [Double]) -> Bool {
      zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 * Double(columns) }
    }
    #expect(close(densities, expected))
    densities = [.nan, .nan, .nan]
    kernels.flipLogDensities(
      from: x.span, gradient: g.span, to: next.span, columns: columns, middle: 0, cost: 0.4,
      into: densities.mutableSpan)
    #expect(close(densities, expected))

    let drawn = [0, 0.37, 0.999_999]
    let choices = kernels.chooseFlips(
      of: x.span, gradient: g.span, columns: columns, middle: 0, uniforms: drawn,
      logDensities: densities.mutableSpan)
    for row in 0..<Self.rows {
      let weights = (0..<columns).map {
        exp(Double(g[row * columns + $0]) * Double(x[row * columns + $0]))
      }
      let total = weights.reduce(0, +)
      let before = weights[..<choices[row]].reduce(0, +) / total
      let upTo = before + weights[choices[row]] / total
      #expect(before <= drawn[row] + 1e-6 && drawn[row] < upTo + 1e-6)
      expected[row] = log(weights[choices[row]] / total)
    }
    #expect(close(densities, expected))
    densities = [.nan, .nan, .nan]
    kernels.choiceLogDensities(
      of: x.span, gradient: g.span, columns: columns, middle: 0, choices: choices,
      into: densities.mutableSpan)
    #expect(close(densities, expected))
  }

  @Test func thereIsNoChoiceAmongGradientsThatAreNotNumbers() {
    let x: [Double] = [0, 1, 0, 1]
    let g: [Double] = [0, .nan, 1, 2]
    var densities = [0.0]
    let choices = VectorKernels.best.chooseFlips(
      of: x.span, gradient: g.span, columns: 4, middle: 0.5, uniforms: [0.5],
      logDensities: densities.mutableSpan)
    #expect(choices == [-1])
    #expect(densities[0].isNaN)
  }
}
