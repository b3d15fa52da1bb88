import JouleAlgebra
import Testing

/// Bit products against sums written out in Double.
@Suite struct BitMatrixTests {
  /// Sizes around every edge: groups of four, panels of columns, blocks of groups, pairs of rows.
  static let sizes: [(rows: Int, depth: Int, columns: Int)] = [
    (1, 1, 1), (2, 3, 31), (3, 4, 32), (5, 57, 33), (4, 56, 64), (7, 120, 70), (50, 113, 5),
    (2, 0, 3), (0, 5, 4), (3, 5, 0),
  ]

  struct Case<S: KernelScalar> {
    let bits: [S]
    let numbers: [S]
    let before: [S]

    init(rows: Int, depth: Int, columns: Int) {
      var numbers = TestNumbers(rows * 1000 + depth * 10 + columns)
      let draws: [S] = numbers.array(rows * depth)
      bits = draws.map { $0 > 0 ? 1 : 0 }
      self.numbers = numbers.array(depth * columns)
      before = numbers.array(rows * columns)
    }
  }

  static func transposed<S>(_ elements: [S], rows: Int, columns: Int) -> [S] {
    (0..<columns).flatMap { j in (0..<rows).map { elements[$0 * columns + j] } }
  }

  /// α bits B + β C and how far rounding may take it: a bound for sums of so many terms.
  static func expected<S: KernelScalar>(
    _ size: (rows: Int, depth: Int, columns: Int), _ test: Case<S>, alpha: Double, beta: Double
  ) -> [(value: Double, bound: Double)] {
    (0..<size.rows).flatMap { r in
      (0..<size.columns).map { j in
        var sum = 0.0
        var magnitude = 0.0
        for k in 0..<size.depth where test.bits[r * size.depth + k] == 1 {
          sum += Double(test.numbers[k * size.columns + j])
          magnitude += abs(Double(test.numbers[k * size.columns + j]))
        }
        let old = beta == 0 ? 0 : beta * Double(test.before[r * size.columns + j])
        let terms = Double(size.depth + 3)
        return (
          alpha * sum + old,
          terms * Double(S.ulpOfOne) * (abs(alpha) * magnitude + abs(old)) + 1e-300
        )
      }
    }
  }

  static func check<S: KernelScalar>(_ type: S.Type, _ size: (rows: Int, depth: Int, columns: Int))
  {
    let test = Case<S>(rows: size.rows, depth: size.depth, columns: size.columns)
    let turnedBits = transposed(test.bits, rows: size.rows, columns: size.depth)
    let turnedNumbers = transposed(test.numbers, rows: size.depth, columns: size.columns)
    guard let byRows = BitMatrix(test.bits.span, rows: size.rows, columns: size.depth),
      let byColumns = BitMatrix(
        transposing: turnedBits.span, rows: size.rows, columns: size.depth)
    else {
      Issue.record("zeros and ones were refused")
      return
    }
    for (alpha, beta) in [(1.0, 0.0), (-0.5, 0), (2, 1), (1, -0.25)] {
      let expected = expected(size, test, alpha: alpha, beta: beta)
      var results: [[S]] = []
      for bits in [byRows, byColumns] {
        for transpose in [Transpose.none, .transposed] {
          // β = 0 must overwrite whatever was there.
          var c = beta == 0 ? [S](repeating: .nan, count: test.before.count) : test.before
          bits.multiply(
            by: transpose == .none ? test.numbers.span : turnedNumbers.span, transpose,
            columns: size.columns, alpha: S(alpha), beta: S(beta), into: c.mutableSpan)
          #expect(
            zip(c, expected).allSatisfy { abs(Double($0) - $1.value) <= $1.bound },
            "\(S.self) \(size) α \(alpha) β \(beta) \(transpose)")
          results.append(c)
        }
      }
      #expect(results.allSatisfy { $0 == results[0] }, "the layout of operands changes no bit")
    }
  }

  @Test(arguments: sizes.indices)
  func productsAreSumsOfChosenRows(index: Int) {
    Self.check(Float.self, Self.sizes[index])
    Self.check(Double.self, Self.sizes[index])
  }

  @Test func aRowDependsOnItsOwnBitsAlone() {
    let size = (rows: 9, depth: 130, columns: 45)
    let test = Case<Float>(rows: 9, depth: 130, columns: 45)
    guard let bits = BitMatrix(test.bits.span, rows: 9, columns: 130) else {
      Issue.record("zeros and ones were refused")
      return
    }
    var whole = [Float](repeating: 0, count: 9 * 45)
    bits.multiply(by: test.numbers.span, columns: size.columns, into: whole.mutableSpan)
    for range in [0..<1, 1..<4, 4..<9] {
      var part = [Float](repeating: 0, count: range.count * 45)
      bits.multiply(
        rows: range, by: test.numbers.span, columns: size.columns, into: part.mutableSpan)
      #expect(part == Array(whole[range.lowerBound * 45..<range.upperBound * 45]))
      let alone = Array(test.bits[range.lowerBound * 130..<range.upperBound * 130])
      BitMatrix(alone.span, rows: range.count, columns: 130)?.multiply(
        by: test.numbers.span, columns: size.columns, into: part.mutableSpan)
      #expect(part == Array(whole[range.lowerBound * 45..<range.upperBound * 45]))
    }
  }

  @Test func everyLevelGivesTheSameBits() {
    func check<S: KernelScalar>(_ type: S.Type) {
      let test = Case<S>(rows: 11, depth: 75, columns: 83)
      guard let bits = BitMatrix(test.bits.span, rows: 11, columns: 75) else {
        Issue.record("zeros and ones were refused")
        return
      }
      let results = VectorKernels.Level.allCases.compactMap { VectorKernels.at($0) }.map {
        kernels in
        var c = test.before
        bits.multiply(
          by: test.numbers.span, columns: 83, alpha: -0.3, beta: 0.7, into: c.mutableSpan,
          kernels: kernels)
        return c
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [0.5, -1, 2, .nan, .infinity])
  func whatIsNotABitIsRefused(value: Double) {
    for place in [0, 6, 34] {
      var elements = [Double](repeating: 1, count: 35)
      elements[place] = value
      #expect((BitMatrix(elements.span, rows: 5, columns: 7) as BitMatrix<Double>?) == nil)
      #expect(BitMatrix(transposing: elements.span, rows: 7, columns: 5) == nil)
    }
  }

  @Test func anOuterSumAddsBitsAndNumbers() {
    let (rows, columns) = (13, 40)
    var numbers = TestNumbers(5)
    let grey: [Double] = numbers.array(6 * rows)
    let draws: [Double] = numbers.array(9 * rows)
    let bits = draws.map { $0 > 0 ? 1.0 : 0 }
    let right: [[Double]] = [numbers.array(6 * columns), numbers.array(9 * columns)]
    let sum = OuterSum<Double>(
      rows: rows, columns: columns,
      terms: [
        .init(weight: 0.5, grey, right[0], count: 6, rows: rows, columns: columns),
        .init(weight: -2, bits, right[1], count: 9, rows: rows, columns: columns),
      ])
    var block = [Double](repeating: 3, count: 5 * columns)
    sum.form(rows: 4..<9, beta: 2, into: block.mutableSpan)
    for i in 4..<9 {
      for j in 0..<columns {
        let first = (0..<6).reduce(0) { $0 + grey[$1 * rows + i] * right[0][$1 * columns + j] }
        let second = (0..<9).reduce(0) { $0 + bits[$1 * rows + i] * right[1][$1 * columns + j] }
        let expected = 6 + 0.5 * first - 2 * second
        #expect(abs(block[(i - 4) * columns + j] - expected) < 1e-12)
      }
    }
    var nothing = [Double](repeating: .nan, count: columns)
    OuterSum<Double>(rows: rows, columns: columns, terms: []).form(
      rows: 2..<3, beta: 0, into: nothing.mutableSpan)
    #expect(nothing.allSatisfy { $0 == 0 })
  }
}
