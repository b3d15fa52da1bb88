import JouleAlgebra
import Testing

@Suite struct BLASLevel3Tests {
  static let shapes = [
    (0, 0, 0), (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (1, 6, 4), (5, 1, 9), (7, 5, 3),
    (16, 16, 16), (33, 65, 20), (100, 130, 257),
  ]
  static let orders = [(0, 0), (0, 4), (4, 0), (1, 1), (1, 7), (6, 3), (33, 20), (70, 129)]
  static let triangles = [Triangle.lower, .upper]
  static let transposes = [Transpose.none, .transposed]

  /// Compares c with α Σ_l p(i, j, l) + β c₀, entry by entry.
  private func expectSums<S: BLASScalar>(
    _ c: Padded<S>, from old: Padded<S>, depth: Int, alpha: Double, beta: Double,
    where included: (Int, Int) -> Bool = { _, _ in true },
    _ product: (Int, Int, Int) -> Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = 0.0
    for i in 0..<c.rows {
      for j in 0..<c.columns {
        guard included(i, j) else {
          if c[i, j] != old[i, j] { worst = .infinity }
          continue
        }
        var sum = beta == 0 ? 0 : beta * old[i, j]
        var magnitude = sum.magnitude
        for l in 0..<depth {
          sum += alpha * product(i, j, l)
          magnitude += (alpha * product(i, j, l)).magnitude
        }
        let error = (c[i, j] - sum).magnitude
        let bound = roundingBound(S.self, terms: depth, magnitude: magnitude)
        if !(error <= bound) { worst = max(worst, error.isNaN ? .infinity : error / bound) }
      }
    }
    #expect(worst == 0, "times the bound", sourceLocation: sourceLocation)
    #expect(c.paddingIsUntouched, sourceLocation: sourceLocation)
  }

  @Test(arguments: shapes) func generalProduct(m: Int, n: Int, k: Int) {
    func check<S: BLASScalar>(
      _ type: S.Type, _ ta: Transpose, _ tb: Transpose, padding: Int, beta: Double
    ) {
      var numbers = TestNumbers(m * 10000 + n * 100 + k)
      let a = Padded<S>(
        rows: ta == .none ? m : k, columns: ta == .none ? k : m, padding: padding,
        numbers: &numbers)
      let b = Padded<S>(
        rows: tb == .none ? k : n, columns: tb == .none ? n : k, padding: 2 * padding,
        numbers: &numbers)
      let old = Padded<S>(rows: m, columns: n, padding: padding, numbers: &numbers)
      var c = old
      if beta == 0 { c.fill(with: .nan) }
      BLAS.gemm(
        m: m, n: n, k: k, alpha: 0.5, a.storage.span, ta, aStride: padding == 0 ? nil : a.stride,
        b.storage.span, tb, bStride: padding == 0 ? nil : b.stride, beta: S(beta),
        into: c.storage.mutableSpan, cStride: padding == 0 ? nil : old.stride)
      expectSums(c, from: old, depth: k, alpha: 0.5, beta: beta) { i, j, l in
        a.at(ta, i, l) * b.at(tb, l, j)
      }
    }
    for ta in Self.transposes {
      for tb in Self.transposes {
        for (padding, beta) in [(0, 0.0), (3, 0), (0, 1), (3, -0.75)] {
          check(Float.self, ta, tb, padding: padding, beta: beta)
          check(Double.self, ta, tb, padding: padding, beta: beta)
        }
      }
    }
  }

  @Test(arguments: [2, 3, 20, 150]) func alphaOfZeroReadsNoFactor(n: Int) {
    func check<S: BLASScalar>(_ type: S.Type) {
      let a = [S](repeating: .nan, count: n * n)
      let ones = [S](repeating: 1, count: n * n)
      for beta in [0, 2] as [S] {
        var c = ones
        BLAS.gemm(m: n, n: n, k: n, alpha: 0, a.span, a.span, beta: beta, into: c.mutableSpan)
        #expect(c.allSatisfy { $0 == beta })
        c = ones
        BLAS.symm(
          m: n, n: n, alpha: 0, a.span, .lower, a.span, beta: beta, into: c.mutableSpan)
        #expect(c.allSatisfy { $0 == beta })
        c = ones
        BLAS.syrk(n: n, k: n, alpha: 0, a.span, beta: beta, into: c.mutableSpan, .upper)
        for i in 0..<n * n { #expect(c[i] == (i / n <= i % n ? beta : 1)) }
        let x = [S](repeating: .nan, count: n)
        var y = [S](repeating: 1, count: n)
        BLAS.gemv(m: n, n: n, alpha: 0, a.span, x.span, beta: beta, into: y.mutableSpan)
        #expect(y.allSatisfy { $0 == beta })
        y = [S](repeating: 1, count: n)
        BLAS.symv(n: n, alpha: 0, a.span, .lower, x.span, beta: beta, into: y.mutableSpan)
        #expect(y.allSatisfy { $0 == beta })
      }
      let x = [S](repeating: .nan, count: n)
      var (y, c) = ([S](repeating: 1, count: n), ones)
      BLAS.axpy(0, x.span, into: y.mutableSpan)
      #expect(y.allSatisfy { $0 == 1 })
      BLAS.ger(m: n, n: n, alpha: 0, x.span, x.span, into: c.mutableSpan)
      #expect(c == ones)
      c = a
      BLAS.trsm(m: n, n: n, alpha: 0, a.span, .lower, into: c.mutableSpan)
      #expect(c.allSatisfy { $0 == 0 })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func blockOfRowsOfATransposedFactor() {
    // Rows 2..<4 of AᵀB for a 3 × 5 A: the columns of A from 2, at the stride of the whole.
    var numbers = TestNumbers(5)
    let a: [Double] = numbers.array(15)
    let b: [Double] = numbers.array(6)
    var (whole, block) = ([Double](repeating: 0, count: 10), [Double](repeating: 0, count: 4))
    BLAS.gemm(m: 5, n: 2, k: 3, a.span, .transposed, b.span, into: whole.mutableSpan)
    BLAS.gemm(
      m: 2, n: 2, k: 3, a.span.extracting(2...), .transposed, aStride: 5, b.span,
      into: block.mutableSpan)
    #expect(distance(block, Array(whole[4..<8])) <= 3 * 3 * Double.ulpOfOne)
  }

  @Test(arguments: orders) func symmetricProduct(m: Int, n: Int) {
    func check<S: BLASScalar>(
      _ type: S.Type, _ side: Side, _ triangle: Triangle, padding: Int, beta: Double
    ) {
      var numbers = TestNumbers(m * 1000 + n)
      let order = side == .left ? m : n
      let a = Padded<S>(rows: order, columns: order, padding: padding, numbers: &numbers)
      let b = Padded<S>(rows: m, columns: n, padding: padding, numbers: &numbers)
      let old = Padded<S>(rows: m, columns: n, padding: padding, numbers: &numbers)
      var c = old
      if beta == 0 { c.fill(with: .nan) }
      BLAS.symm(
        m: m, n: n, side: side, alpha: 2, a.storage.span, triangle, aStride: a.stride,
        b.storage.span, bStride: b.stride, beta: S(beta), into: c.storage.mutableSpan,
        cStride: old.stride)
      expectSums(c, from: old, depth: order, alpha: 2, beta: beta) { i, j, l in
        side == .left
          ? a.symmetric(triangle, i, l) * b[l, j] : b[i, l] * a.symmetric(triangle, l, j)
      }
    }
    for side in [Side.left, .right] {
      for triangle in Self.triangles {
        for (padding, beta) in [(0, 0.0), (2, 0.5)] {
          check(Float.self, side, triangle, padding: padding, beta: beta)
          check(Double.self, side, triangle, padding: padding, beta: beta)
        }
      }
    }
  }

  @Test(arguments: orders) func productWithOwnTranspose(n: Int, k: Int) {
    func check<S: BLASScalar>(
      _ type: S.Type, _ ta: Transpose, _ triangle: Triangle, padding: Int, beta: Double
    ) {
      var numbers = TestNumbers(n * 1000 + k)
      let a = Padded<S>(
        rows: ta == .none ? n : k, columns: ta == .none ? k : n, padding: padding,
        numbers: &numbers)
      let old = Padded<S>(rows: n, columns: n, padding: padding, numbers: &numbers)
      let written = { (i: Int, j: Int) in triangle == .lower ? i >= j : i <= j }
      var c = old
      if beta == 0 {
        for i in 0..<n {
          for j in 0..<n where written(i, j) { c.storage[i * c.stride + j] = .nan }
        }
      }
      BLAS.syrk(
        n: n, k: k, alpha: -0.5, a.storage.span, ta, aStride: a.stride, beta: S(beta),
        into: c.storage.mutableSpan, triangle, cStride: old.stride)
      expectSums(c, from: old, depth: k, alpha: -0.5, beta: beta, where: written) { i, j, l in
        a.at(ta, i, l) * a.at(ta, j, l)
      }
    }
    for ta in Self.transposes {
      for triangle in Self.triangles {
        for (padding, beta) in [(0, 0.0), (2, 0), (2, 0.5)] {
          check(Float.self, ta, triangle, padding: padding, beta: beta)
          check(Double.self, ta, triangle, padding: padding, beta: beta)
        }
      }
    }
  }

  @Test(arguments: orders) func triangularSolveOfMatrix(m: Int, n: Int) {
    func check<S: BLASScalar>(
      _ type: S.Type, _ side: Side, _ triangle: Triangle, _ ta: Transpose, _ diagonal: Diagonal
    ) {
      var numbers = TestNumbers(m * 1000 + n)
      let order = side == .left ? m : n
      var a = Padded<S>(rows: order, columns: order, padding: 1, numbers: &numbers)
      for i in a.storage.indices { a.storage[i] /= S(order + 1) }
      a.strengthenDiagonal(by: 2)
      let b = Padded<S>(rows: m, columns: n, padding: 3, numbers: &numbers)
      var x = b
      BLAS.trsm(
        m: m, n: n, side: side, alpha: 0.5, a.storage.span, triangle, ta, diagonal: diagonal,
        aStride: a.stride, into: x.storage.mutableSpan, bStride: b.stride)
      var worst = 0.0
      for i in 0..<m {
        for j in 0..<n {
          let products = (0..<order).map { l in
            side == .left
              ? a.triangular(triangle, ta, diagonal, i, l) * x[l, j]
              : x[i, l] * a.triangular(triangle, ta, diagonal, l, j)
          }
          // |B − A X| ≤ γ |A| |X| for substitution; blocked kernels invert diagonal blocks, which
          // costs their condition number, here below 4.
          let magnitude = products.reduce(b[i, j].magnitude) { $0 + $1.magnitude }
          let error = (products.reduce(0, +) - 0.5 * b[i, j]).magnitude
          worst = max(worst, error / (4 * roundingBound(type, terms: order, magnitude: magnitude)))
        }
      }
      #expect(worst <= 1)
      #expect(x.paddingIsUntouched)
    }
    for side in [Side.left, .right] {
      for triangle in Self.triangles {
        for ta in Self.transposes {
          for diagonal in [Diagonal.stored, .unit] {
            check(Float.self, side, triangle, ta, diagonal)
            check(Double.self, side, triangle, ta, diagonal)
          }
        }
      }
    }
  }

  @Test func matricesThatDoNotFitTrap() async {
    await #expect(processExitsWith: .failure) {
      let a = [Float](repeating: 0, count: 6)
      var c = [Float](repeating: 0, count: 3)
      BLAS.gemm(m: 2, n: 2, k: 3, a.span, a.span, into: c.mutableSpan)
    }
    await #expect(processExitsWith: .failure) {
      let a = [Float](repeating: 0, count: 6)
      var c = [Float](repeating: 0, count: 4)
      BLAS.gemm(m: 2, n: 2, k: 3, a.span, a.span, .transposed, bStride: 2, into: c.mutableSpan)
    }
    await #expect(processExitsWith: .failure) {
      var c = [Float](repeating: 0, count: 4)
      BLAS.gemm(m: -1, n: 2, k: 0, [Float]().span, [Float]().span, into: c.mutableSpan)
    }
  }
}
