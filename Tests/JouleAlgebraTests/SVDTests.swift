import JouleAlgebra
import Testing

@Suite struct SVDTests {
  static let shapes = [
    (0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (5, 3), (3, 5), (40, 40), (120, 33), (33, 120),
  ]

  private func product<S: BLASScalar>(of svd: SVD<S>) -> [Double] {
    let k = svd.singularValues.count
    let scaled = svd.u.indices.map { Double(svd.u[$0]) * Double(svd.singularValues[$0 % k]) }
    return naiveProduct(
      scaled, svd.vT.map(Double.init), rows: svd.rows, columns: svd.columns, depth: k)
  }

  @Test(arguments: shapes) func factorsMultiplyToTheMatrix(m: Int, n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      var numbers = TestNumbers(m * 1000 + n)
      let a: [S] = numbers.array(m * n)
      let svd = try SVD(factoring: a.span, rows: m, columns: n)
      let k = min(m, n)
      #expect(svd.u.count == m * k && svd.vT.count == k * n && svd.singularValues.count == k)
      #expect(svd.singularValues.allSatisfy { $0 >= 0 })
      #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
      let bound = 4 * Double(m + n) * Double(S.ulpOfOne)
      #expect(distance(product(of: svd), a) <= bound * frobeniusNorm(a))
      let left = naiveProduct(
        naiveTranspose(svd.u, rows: m, columns: k), svd.u, rows: k, columns: k, depth: m)
      let right = naiveProduct(
        svd.vT, naiveTranspose(svd.vT, rows: k, columns: n), rows: k, columns: k, depth: n)
      let limit = bound * Double(max(1, k)).squareRoot()
      #expect(distance(left, identityMatrix(k)) <= limit)
      #expect(distance(right, identityMatrix(k)) <= limit)
      #expect(svd.rank() == k)
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// A matrix of rank r, as a product of thin ones.
  private func lowRank(_ m: Int, _ n: Int, rank: Int) -> [Double] {
    var numbers = TestNumbers(m + n)
    let left: [Double] = numbers.array(m * rank)
    let right: [Double] = numbers.array(rank * n)
    return naiveProduct(left, right, rows: m, columns: n, depth: rank)
  }

  @Test(arguments: [(6, 4, 2), (4, 6, 3), (5, 5, 0), (30, 20, 7)])
  func rankIsFoundAndThePseudoInverseSatisfiesPenrose(m: Int, n: Int, rank: Int) throws {
    let a = lowRank(m, n, rank: rank)
    let svd = try SVD(factoring: a.span, rows: m, columns: n)
    #expect(svd.rank() == rank)
    let inverse = svd.pseudoInverse()
    let projector = naiveProduct(a, inverse, rows: m, columns: m, depth: n)
    let other = naiveProduct(inverse, a, rows: n, columns: n, depth: m)
    let scale = Double(m + n) * Double.ulpOfOne * max(1, frobeniusNorm(a) * frobeniusNorm(inverse))
    let again = naiveProduct(projector, a, rows: m, columns: n, depth: m)
    #expect(distance(again, a) <= 16 * scale * frobeniusNorm(a))
    let inverseAgain = naiveProduct(other, inverse, rows: n, columns: m, depth: n)
    #expect(distance(inverseAgain, inverse) <= 16 * scale * frobeniusNorm(inverse))
    #expect(distance(projector, naiveTranspose(projector, rows: m, columns: m)) <= 16 * scale)
    #expect(distance(other, naiveTranspose(other, rows: n, columns: n)) <= 16 * scale)
  }

  @Test(arguments: [(6, 4, 2), (4, 6, 4), (20, 30, 5), (5, 5, 5)])
  func leastSquaresIsTheShortestMinimiser(m: Int, n: Int, rank: Int) throws {
    let a = lowRank(m, n, rank: rank)
    var numbers = TestNumbers(3)
    let b: [Double] = numbers.array(m * 2)
    let svd = try SVD(factoring: a.span, rows: m, columns: n)
    let x = try svd.leastSquares(b.span, columns: 2)
    let residual = zip(naiveProduct(a, x, rows: m, columns: 2, depth: n), b).map { $0 - $1 }
    let transposed = naiveTranspose(a, rows: m, columns: n)
    let gradient = naiveProduct(transposed, residual, rows: n, columns: 2, depth: m)
    let scale = frobeniusNorm(a) * (frobeniusNorm(b) + frobeniusNorm(a) * frobeniusNorm(x))
    #expect(frobeniusNorm(gradient) <= 16 * Double(m + n) * Double.ulpOfOne * scale)
    // Shortest: it lies in the row space, so A⁺A leaves it as it is.
    let projector = naiveProduct(svd.pseudoInverse(), a, rows: n, columns: n, depth: m)
    let projected = naiveProduct(projector, x, rows: n, columns: 2, depth: n)
    #expect(distance(projected, x) <= 1e-11 * frobeniusNorm(x))
  }

  @Test func singularValuesOfADiagonal() throws {
    let svd = try SVD(factoring: ([0, -3, 0, 2, 0, 0] as [Float]).span, rows: 2, columns: 3)
    #expect((svd.singularValues[0] - 3).magnitude <= 4 * Float.ulpOfOne)
    #expect((svd.singularValues[1] - 2).magnitude <= 4 * Float.ulpOfOne)
  }
}
