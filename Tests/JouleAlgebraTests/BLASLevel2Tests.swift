import JouleAlgebra
import Testing

@Suite struct BLASLevel2Tests {
  static let shapes = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 5), (5, 1), (4, 7), (33, 20), (65, 130)]
  static let orders = [0, 1, 2, 5, 17, 64, 131]

  /// Every second element; the others hold `filling`.
  private func spread<S: BLASScalar>(_ length: Int, _ numbers: inout TestNumbers) -> [S] {
    let filling = Padded<S>.filling
    let values: [S] = numbers.array(length)
    return Array(values.map { [$0, filling] }.joined().dropLast())
  }

  @Test(arguments: shapes) func matrixTimesVector(m: Int, n: Int) {
    func check<S: BLASScalar>(_ type: S.Type, _ transpose: Transpose, padding: Int, beta: S) {
      var numbers = TestNumbers(m * 1000 + n)
      let (rows, columns) = transpose == .none ? (m, n) : (n, m)
      let a = Padded<S>(rows: rows, columns: columns, padding: padding, numbers: &numbers)
      let x: [S] = spread(n, &numbers)
      var y: [S] = spread(m, &numbers)
      let before = y
      if beta == 0 { for i in stride(from: 0, to: y.count, by: 2) { y[i] = .nan } }
      BLAS.gemv(
        m: m, n: n, alpha: 0.5, a.storage.span, transpose, aStride: a.stride, x.span, xStride: 2,
        beta: beta, into: y.mutableSpan, yStride: 2)
      for i in 0..<m {
        var (sum, magnitude) = (0.0, 0.0)
        for j in 0..<n {
          let product = 0.5 * a.at(transpose, i, j) * Double(x[2 * j])
          sum += product
          magnitude += product.magnitude
        }
        if beta != 0 {
          sum += Double(beta * before[2 * i])
          magnitude += Double(beta * before[2 * i]).magnitude
        }
        let bound = roundingBound(type, terms: n, magnitude: magnitude)
        #expect((Double(y[2 * i]) - sum).magnitude <= bound)
        if i > 0 { #expect(y[2 * i - 1] == Padded<S>.filling) }
      }
    }
    for transpose in [Transpose.none, .transposed] {
      for padding in [0, 3] {
        for beta in [0.0, 1, -0.5] {
          check(Float.self, transpose, padding: padding, beta: Float(beta))
          check(Double.self, transpose, padding: padding, beta: beta)
        }
      }
    }
  }

  @Test(arguments: shapes) func outerProduct(m: Int, n: Int) {
    func check<S: BLASScalar>(_ type: S.Type, padding: Int) {
      var numbers = TestNumbers(m * 1000 + n)
      let before = Padded<S>(rows: m, columns: n, padding: padding, numbers: &numbers)
      var a = before
      let x: [S] = spread(m, &numbers)
      let y: [S] = spread(n, &numbers)
      BLAS.ger(
        m: m, n: n, alpha: -2, x.span, xStride: 2, y.span, yStride: 2, into: a.storage.mutableSpan,
        aStride: before.stride)
      for i in 0..<m {
        for j in 0..<n {
          let product = -2 * Double(x[2 * i]) * Double(y[2 * j])
          let magnitude = before[i, j].magnitude + product.magnitude
          let error = (a[i, j] - (before[i, j] + product)).magnitude
          #expect(error <= roundingBound(type, terms: 1, magnitude: magnitude))
        }
      }
      #expect(a.paddingIsUntouched)
    }
    for padding in [0, 2] {
      check(Float.self, padding: padding)
      check(Double.self, padding: padding)
    }
  }

  @Test(arguments: orders) func symmetricMatrixTimesVector(n: Int) {
    func check<S: BLASScalar>(_ type: S.Type, _ triangle: Triangle, beta: S) {
      var numbers = TestNumbers(n)
      var a = Padded<S>(rows: n, columns: n, padding: 1, numbers: &numbers)
      let x: [S] = numbers.array(n)
      let before: [S] = numbers.array(n)
      var y = beta == 0 ? [S](repeating: .nan, count: n) : before
      let seen = a
      // The other triangle is not read.
      for i in 0..<n {
        for j in 0..<n where i != j && (triangle == .lower) == (j > i) {
          a.storage[i * a.stride + j] = .nan
        }
      }
      BLAS.symv(
        n: n, alpha: 2, a.storage.span, triangle, aStride: a.stride, x.span, beta: beta,
        into: y.mutableSpan)
      for i in 0..<n {
        let products = (0..<n).map { 2 * seen.symmetric(triangle, i, $0) * Double(x[$0]) }
        let old = beta == 0 ? 0 : Double(beta * before[i])
        let magnitude = products.reduce(old.magnitude) { $0 + $1.magnitude }
        let error = (Double(y[i]) - products.reduce(old, +)).magnitude
        #expect(error <= roundingBound(type, terms: n, magnitude: magnitude))
      }
    }
    for triangle in [Triangle.lower, .upper] {
      for beta in [0.0, 0.25] {
        check(Float.self, triangle, beta: Float(beta))
        check(Double.self, triangle, beta: beta)
      }
    }
  }

  @Test(arguments: orders) func triangularSolveOfVector(n: Int) {
    func check<S: BLASScalar>(
      _ type: S.Type, _ triangle: Triangle, _ transpose: Transpose, _ diagonal: Diagonal
    ) {
      var numbers = TestNumbers(n + 7)
      var a = Padded<S>(rows: n, columns: n, padding: 2, numbers: &numbers)
      for i in a.storage.indices { a.storage[i] /= S(n + 1) }
      a.strengthenDiagonal(by: 2)
      let b: [S] = numbers.array(n)
      var x = b
      BLAS.trsv(
        n: n, a.storage.span, triangle, transpose, diagonal: diagonal, aStride: a.stride,
        into: x.mutableSpan)
      // A substitution is backward stable row by row: |b − A x| ≤ γ |A| |x|.
      for i in 0..<n {
        let products = (0..<n).map {
          a.triangular(triangle, transpose, diagonal, i, $0) * Double(x[$0])
        }
        let magnitude = products.reduce(Double(b[i]).magnitude) { $0 + $1.magnitude }
        let error = (products.reduce(0, +) - Double(b[i])).magnitude
        #expect(error <= roundingBound(type, terms: n, magnitude: magnitude))
      }
    }
    for triangle in [Triangle.lower, .upper] {
      for transpose in [Transpose.none, .transposed] {
        for diagonal in [Diagonal.stored, .unit] {
          check(Float.self, triangle, transpose, diagonal)
          check(Double.self, triangle, transpose, diagonal)
        }
      }
    }
  }

  @Test func matricesThatDoNotFitTrap() async {
    await #expect(processExitsWith: .failure) {
      let (a, x) = ([Float](repeating: 0, count: 5), [0, 0, 0] as [Float])
      var y: [Float] = [0, 0]
      BLAS.gemv(m: 2, n: 3, a.span, x.span, into: y.mutableSpan)
    }
    await #expect(processExitsWith: .failure) {
      let (a, x) = ([Float](repeating: 0, count: 6), [0, 0, 0] as [Float])
      var y: [Float] = [0, 0]
      BLAS.gemv(m: 2, n: 3, a.span, aStride: 2, x.span, into: y.mutableSpan)
    }
  }
}
