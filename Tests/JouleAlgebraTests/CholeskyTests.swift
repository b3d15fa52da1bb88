import JouleAlgebra
import Testing

/// AᵀA + I with A of n × n: symmetric and positive definite, its condition number at most 1 + ‖A‖².
func positiveDefinite<S: BLASScalar>(_ order: Int, seed: Int, _ type: S.Type = S.self) -> [S] {
  var numbers = TestNumbers(seed)
  let a: [Double] = numbers.array(order * order)
  let transposed = naiveTranspose(a, rows: order, columns: order)
  let product = naiveProduct(transposed, a, rows: order, columns: order, depth: order)
  return zip(product, identityMatrix(order)).map { S($0 + $1) }
}

@Suite struct CholeskyTests {
  static let orders = [0, 1, 2, 5, 33, 100]

  @Test(arguments: orders) func factorTimesItsTransposeIsTheMatrix(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let a = positiveDefinite(n, seed: n, type)
      var onlyLower = a
      for i in 0..<n { for j in i + 1..<max(n, i + 1) { onlyLower[i * n + j] = .nan } }
      let cholesky = try Cholesky(factoring: onlyLower.span, order: n)
      let l = cholesky.lower
      for i in 0..<n { for j in i + 1..<max(n, i + 1) { #expect(l[i * n + j] == 0) } }
      let transposed = naiveTranspose(l, rows: n, columns: n)
      let product = naiveProduct(l, transposed, rows: n, columns: n, depth: n)
      // Higham, theorem 10.3: |A − L Lᵀ| ≤ γ(n + 1) |L| |Lᵀ|, and ‖|L||Lᵀ|‖ ≤ n ‖A‖.
      #expect(
        distance(a, product) <= Double(n * (n + 1)) * Double(S.ulpOfOne) * frobeniusNorm(a))
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders, [0, 1, 3]) func solutionsHaveSmallResiduals(n: Int, columns: Int) throws
  {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let a = positiveDefinite(n, seed: n, type)
      var numbers = TestNumbers(n + 1)
      let b: [S] = numbers.array(n * columns)
      let x = try Cholesky(factoring: a.span, order: n).solve(b.span, columns: columns)
      let product = naiveProduct(a, x, rows: n, columns: columns, depth: n)
      let bound = Double(3 * n * (n + 1)) * Double(S.ulpOfOne) * frobeniusNorm(a) * frobeniusNorm(x)
      #expect(distance(product, b) <= bound)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders) func inverseIsSymmetricAndInverts(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let a = positiveDefinite(n, seed: n, type)
      let inverse = try Cholesky(factoring: a.span, order: n).inverse
      #expect(inverse == naiveTranspose(inverse, rows: n, columns: n))
      let product = naiveProduct(a, inverse, rows: n, columns: n, depth: n)
      let condition = frobeniusNorm(a) * frobeniusNorm(inverse)
      #expect(
        distance(product, identityMatrix(n))
          <= Double(8 * n * (n + 1)) * Double(S.ulpOfOne) * condition)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func logDeterminantsOfKnownMatrices() throws {
    let a: [Double] = [4, 2, 2, 3]  // det 8
    let cholesky = try Cholesky(factoring: a.span, order: 2)
    #expect((cholesky.logDeterminant - 2.0794415416798357).magnitude < 4 * Double.ulpOfOne)
    #expect(try Cholesky(factoring: [Float]().span, order: 0).logDeterminant == 0)
    // The determinant, 1e-400, is no Double; its logarithm is.
    var small = identityMatrix(200)
    for i in 0..<200 { small[i * 201] = 0.01 }
    let log = try Cholesky(factoring: small.span, order: 200).logDeterminant
    #expect((log + 921.0340371976183).magnitude < 1e-10)
  }

  @Test func indefiniteMatricesNameThePivot() {
    func check<S: BLASScalar>(_ type: S.Type) {
      let a: [S] = [4, 0, 0, 0, 1, 2, 0, 2, 1]
      #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 2)) {
        try Cholesky(factoring: a.span, order: 3)
      }
      #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 0)) {
        try Cholesky(factoring: ([-1] as [S]).span, order: 1)
      }
      #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
        try Cholesky(factoring: ([1, 1, 1, 1] as [S]).span, order: 2)
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
