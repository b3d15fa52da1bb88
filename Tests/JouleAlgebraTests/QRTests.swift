import JouleAlgebra
import Testing

@Suite struct QRTests {
  static let shapes = [
    (0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (5, 3), (3, 5), (40, 40), (120, 33), (33, 120),
  ]

  @Test(arguments: shapes) func factorsMultiplyToTheMatrix(m: Int, n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      var numbers = TestNumbers(m * 1000 + n)
      let a: [S] = numbers.array(m * n)
      let k = min(m, n)
      let qr = try QR(factoring: a.span, rows: m, columns: n)
      #expect(qr.q.count == m * k && qr.r.count == k * n)
      for i in 0..<k { for j in 0..<i { #expect(qr.r[i * n + j] == 0) } }
      // Higham, theorem 19.4, with a small constant for c in γ(c m n).
      let bound = 4 * Double(m + n) * Double(S.ulpOfOne)
      let product = naiveProduct(qr.q, qr.r, rows: m, columns: n, depth: k)
      #expect(distance(product, a) <= bound * frobeniusNorm(a))
      let transposed = naiveTranspose(qr.q, rows: m, columns: k)
      let gram = naiveProduct(transposed, qr.q, rows: k, columns: k, depth: m)
      #expect(distance(gram, identityMatrix(k)) <= bound * Double(max(1, k)).squareRoot())
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: [(0, 0), (3, 0), (1, 1), (4, 1), (5, 3), (40, 40), (120, 33)], [0, 1, 3])
  func leastSquaresSatisfiesTheNormalEquations(shape: (m: Int, n: Int), width: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let (m, n) = shape
      var numbers = TestNumbers(m * 1000 + n + width)
      let a: [S] = numbers.array(m * n)
      let b: [S] = numbers.array(m * width)
      let qr = try QR(factoring: a.span, rows: m, columns: n)
      let x = try qr.leastSquares(b.span, columns: width)
      #expect(x.count == n * width)
      let fitted = naiveProduct(a, x, rows: m, columns: width, depth: n)
      let residual = zip(fitted, b).map { $0 - Double($1) }
      let transposed = naiveTranspose(a, rows: m, columns: n).map(Double.init)
      let gradient = naiveProduct(transposed, residual, rows: n, columns: width, depth: m)
      let scale = frobeniusNorm(a) * (frobeniusNorm(b) + frobeniusNorm(a) * frobeniusNorm(x))
      #expect(frobeniusNorm(gradient) <= 8 * Double(m + n) * Double(S.ulpOfOne) * scale)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func dependentColumnsAreNamedWhateverTheirScale() throws {
    // Column 2 is the sum of the two before it; the scales of columns differ by 10¹².
    let rows: [[Double]] = (1...6).map { i in
      let (x, y) = (Double(i), Double(i * i) * 1e-12)
      return [x, y, x + y, 1]
    }
    let a = rows.flatMap { $0 }
    let b = [Double](repeating: 1, count: 6)
    let qr = try QR(factoring: a.span, rows: 6, columns: 4)
    #expect(throws: LinearAlgebraError.singular(pivot: 2)) { try qr.leastSquares(b.span) }

    let independent = rows.flatMap { [$0[0], $0[1], $0[3]] }
    let x = try QR(factoring: independent.span, rows: 6, columns: 3).leastSquares(b.span)
    #expect((x[2] - 1).magnitude < 1e-12)

    let zero = [Float](repeating: 0, count: 4)
    let degenerate = try QR(factoring: zero.span, rows: 2, columns: 2)
    #expect(throws: LinearAlgebraError.singular(pivot: 0)) {
      try degenerate.leastSquares(([1, 1] as [Float]).span)
    }
  }

  @Test(arguments: [-1060, -600, 600, 1020]) func extremeMatricesFactorLikeOrdinaryOnes(
    exponent: Int
  ) throws {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let a: [Double] = [3, 1, 4, 2, 0, 5]
    let scaled = a.map { $0 * scale }
    let qr = try QR(factoring: scaled.span, rows: 3, columns: 2)
    let plain = try QR(factoring: a.span, rows: 3, columns: 2)
    #expect(distance(qr.q, plain.q) < 1e-15)
    let r = qr.r.map { $0 / scale }
    // Near the smallest numbers R has only the few bits that are left there.
    #expect(distance(r, plain.r) < (exponent < -1000 ? 1e-3 : 1e-14))
  }

  @Test func moreUnknownsThanEquationsTrap() async {
    await #expect(processExitsWith: .failure) {
      let qr = try QR(factoring: ([1, 2] as [Float]).span, rows: 1, columns: 2)
      _ = try qr.leastSquares(([1] as [Float]).span)
    }
  }
}
