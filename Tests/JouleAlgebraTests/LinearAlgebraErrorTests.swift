import JouleAlgebra
import Testing

/// LAPACK may loop for ever on NaN; here it is found before, and named.
@Suite(.timeLimit(.minutes(1))) struct LinearAlgebraErrorTests {
  @Test func nonFiniteInputIsNamedByEveryFactorization() {
    func check<S: BLASScalar>(_ poison: S) {
      let order = 40
      var a = positiveDefinite(order, seed: 1, S.self)
      a[7 * order + 3] = poison
      let expected = LinearAlgebraError.nonFinite(row: 7, column: 3)
      #expect(throws: expected) { try Cholesky(factoring: a.span, order: order) }
      #expect(throws: expected) { try LU(factoring: a.span, order: order) }
      #expect(throws: expected) { try QR(factoring: a.span, rows: order, columns: order) }
      #expect(throws: expected) { try SymmetricEigen(factoring: a.span, order: order) }
      #expect(throws: expected) { try GeneralEigen(factoring: a.span, order: order) }
      #expect(throws: expected) { try SVD(factoring: a.span, rows: order, columns: order) }
    }
    check(Float.nan)
    check(-Float.infinity)
    check(Double.nan)
    check(Double.infinity)
  }

  @Test func nonFiniteRightHandSidesAreNamedByEverySolver() throws {
    let a = positiveDefinite(3, seed: 1, Double.self)
    let b: [Double] = [1, 2, 3, 4, .nan, 6]
    let expected = LinearAlgebraError.nonFinite(row: 2, column: 0)
    #expect(throws: expected) {
      try Cholesky(factoring: a.span, order: 3).solve(b.span, columns: 2)
    }
    #expect(throws: expected) { try LU(factoring: a.span, order: 3).solve(b.span, columns: 2) }
    #expect(throws: expected) {
      try QR(factoring: a.span, rows: 3, columns: 3).leastSquares(b.span, columns: 2)
    }
    #expect(throws: expected) {
      try SVD(factoring: a.span, rows: 3, columns: 3).leastSquares(b.span, columns: 2)
    }
  }

  @Test func extremeButFiniteInputEnds() throws {
    for scale in [Double.leastNonzeroMagnitude, 1e-300, 1e300, .greatestFiniteMagnitude] {
      let a = [1, 2, 3, 4, 5, 6, 7, 8, 10].map { $0 / 10 * scale }
      _ = try SymmetricEigen(factoring: a.span, order: 3)
      _ = try GeneralEigen(factoring: a.span, order: 3)
      _ = try SVD(factoring: a.span, rows: 3, columns: 3)
      _ = try QR(factoring: a.span, rows: 3, columns: 3)
      _ = try LU(factoring: a.span, order: 3)
    }
  }

  @Test func messagesHoldThePosition() {
    #expect(LinearAlgebraError.singular(pivot: 17).description.contains("17"))
    #expect(LinearAlgebraError.notPositiveDefinite(pivot: 17).description.contains("order 18"))
    #expect(LinearAlgebraError.notConverged(index: 17).description.contains("17"))
    let message = LinearAlgebraError.nonFinite(row: 17, column: 23).description
    #expect(message.contains("row 17") && message.contains("column 23"))
  }

  @Test func inputOfAnotherSizeTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = try SVD(factoring: ([1, 2, 3] as [Float]).span, rows: 2, columns: 2)
    }
    await #expect(processExitsWith: .failure) {
      _ = try Cholesky(factoring: ([1, 2, 3, 4, 5] as [Float]).span, order: 2)
    }
  }
}
