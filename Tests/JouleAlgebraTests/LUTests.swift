import Foundation
import JouleAlgebra
import Testing

@Suite struct LUTests {
  static let orders = [0, 1, 2, 5, 33, 100]

  private func matrix<S: BLASScalar>(_ order: Int, _ type: S.Type = S.self) -> [S] {
    var numbers = TestNumbers(order + 100)
    return numbers.array(order * order)
  }

  @Test(arguments: orders) func factorsMultiplyToThePermutedMatrix(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let a = matrix(n, type)
      let lu = try LU(factoring: a.span, order: n)
      let product = naiveProduct(lu.lower, lu.upper, rows: n, columns: n, depth: n)
      let permuted = lu.permutation.flatMap { a[$0 * n..<($0 + 1) * n] }
      #expect(lu.permutation.sorted() == Array(0..<n))
      #expect(lu.lower.allSatisfy { $0.magnitude <= 1 }, "partial pivoting bounds L by one")
      // Higham, theorem 9.3: |P A − L U| ≤ γ(n) |L| |U|.
      let bound = Double(n) * Double(S.ulpOfOne) * frobeniusNorm(lu.lower) * frobeniusNorm(lu.upper)
      #expect(distance(product, permuted) <= bound)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders, [0, 1, 4]) func solutionsHaveSmallResiduals(n: Int, columns: Int) throws
  {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      let a = matrix(n, type)
      var numbers = TestNumbers(n + 1)
      let b: [S] = numbers.array(n * columns)
      let lu = try LU(factoring: a.span, order: n)
      let scale = frobeniusNorm(lu.lower) * frobeniusNorm(lu.upper)
      for transpose in [Transpose.none, .transposed] {
        let x = try lu.solve(b.span, columns: columns, transpose)
        let op = transpose == .none ? a : naiveTranspose(a, rows: n, columns: n)
        let product = naiveProduct(op, x, rows: n, columns: columns, depth: n)
        let bound = 3 * Double(n + 1) * Double(S.ulpOfOne) * scale * frobeniusNorm(x)
        #expect(distance(product, b) <= bound)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders) func inverseInverts(n: Int) throws {
    let a = matrix(n, Double.self)
    let lu = try LU(factoring: a.span, order: n)
    let inverse = try lu.inverse()
    let product = naiveProduct(a, inverse, rows: n, columns: n, depth: n)
    let scale = frobeniusNorm(lu.lower) * frobeniusNorm(lu.upper) * frobeniusNorm(inverse)
    #expect(distance(product, identityMatrix(n)) <= 3 * Double(n + 1) * Double.ulpOfOne * scale)
  }

  @Test func determinantsOfKnownMatrices() throws {
    func check<S: BLASScalar>(_ a: [S], order: Int, determinant: Double) throws {
      let lu = try LU(factoring: a.span, order: order)
      let bound = 32 * Double(S.ulpOfOne) * max(1, determinant.magnitude)
      #expect((lu.determinant - determinant).magnitude <= bound)
      #expect(lu.determinantSign == (determinant == 0 ? 0 : determinant < 0 ? -1 : 1))
      let recovered = Double(lu.determinantSign) * exp(lu.logAbsDeterminant)
      #expect((recovered - determinant).magnitude <= bound)
    }
    try check([Double](), order: 0, determinant: 1)
    try check([-3] as [Float], order: 1, determinant: -3)
    try check([0, 1, 1, 0] as [Float], order: 2, determinant: -1)
    try check([0, 1, 0, 0, 0, 1, 1, 0, 0] as [Double], order: 3, determinant: 1)
    try check([2, 1, 0, 1, 3, 1, 0, 1, 4] as [Double], order: 3, determinant: 18)
    try check([2, 1, 0, 1, 3, 1, 0, 1, -4] as [Float], order: 3, determinant: -22)
  }

  @Test func singularMatricesHaveDeterminantZeroAndNameThePivot() throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      // The third column is zero; elimination meets it at pivot 2.
      let a: [S] = [1, 2, 0, 3, 4, 0, 5, 7, 0]
      let lu = try LU(factoring: a.span, order: 3)
      #expect(lu.singularPivot == 2)
      #expect(lu.determinant == 0 && lu.determinantSign == 0)
      #expect(lu.logAbsDeterminant == -.infinity)
      #expect(throws: LinearAlgebraError.singular(pivot: 2)) {
        try lu.solve(([1, 2, 3] as [S]).span)
      }
      #expect(throws: LinearAlgebraError.singular(pivot: 2)) { try lu.inverse() }
    }
    try check(Float.self)
    try check(Double.self)
  }
}
