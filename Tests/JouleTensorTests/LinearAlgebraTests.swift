import Foundation
import JouleTensor
import Testing

// The layer below has the accuracy tests; here shapes, the laws of each factorization, and the errors.
@Suite struct LinearAlgebraTests {
  @Test(arguments: [0, 1, 2, 7]) func solvingUndoesTheProduct(n: Int) throws {
    try check(Float.self)
    try check(Double.self)
    func check<S: TensorScalar>(_: S.Type) throws {
      let a = testNumbers([n, n], seed: 1) + Tensor<S>.identity(n) * 4
      let spd = a.matmul(a, transposingSelf: true) + Tensor<S>.identity(n)
      for shape in [[n], [n, 3]] {
        let x: Tensor<S> = testNumbers(shape, seed: 2)
        expectNear(try a.solve(a.matmul(x)), x)
        expectNear(try spd.solvePositiveDefinite(spd.matmul(x)), x)
        let tall = Tensor(concatenating: [a, a * 2])
        expectNear(try tall.leastSquares(tall.matmul(x)), x)
        expectNear(try tall.minimumNormLeastSquares(tall.matmul(x)), x)
      }
      expectNear(try a.inverse().matmul(a), .identity(n))
      let (value, sign) = try a.logAbsDeterminant()
      let determinant = try a.determinant()
      #expect((Double(sign) * exp(value) - determinant).magnitude <= 1e-6 * determinant.magnitude)
      let gram = try spd.logDeterminant()
      let general = try spd.logAbsDeterminant().value
      #expect((gram - general).magnitude < 1e-4)
    }
  }

  @Test func leastSquaresResidualIsOrthogonal() throws {
    let a: Tensor<Double> = testNumbers([9, 3])
    let b: Tensor<Double> = testNumbers([9, 2], seed: 5)
    let residual = b - a.matmul(try a.leastSquares(b))
    expectNear(a.matmul(residual, transposingSelf: true), Tensor(zeros: [3, 2]))
  }

  @Test(arguments: [[4, 4], [5, 2], [2, 5], [1, 1], [0, 3], [3, 0]])
  func factorsMultiplyBack(shape: [Int]) throws {
    try check(Float.self)
    try check(Double.self)
    func check<S: TensorScalar>(_: S.Type) throws {
      let a: Tensor<S> = testNumbers(shape)
      let k = min(shape[0], shape[1])
      let (u, sigma, vT) = try a.svd()
      #expect(u.shape == [shape[0], k] && sigma.shape == [k] && vT.shape == [k, shape[1]])
      expectNear((u * sigma).matmul(vT), a)
      expectNear(u.matmul(u, transposingSelf: true), .identity(k))
      let (q, r) = try a.qr()
      expectNear(q.matmul(r), a)
      expectNear(q.matmul(q, transposingSelf: true), .identity(k))

      let gram = a.matmul(a, transposingSelf: true)
      let (values, vectors) = try gram.symmetricEigen()
      expectNear((vectors * values).matmul(vectors, transposingOther: true), gram)
      let n = shape[1]
      let spd = gram + Tensor<S>.identity(n)
      let lower = try spd.cholesky()
      expectNear(lower.matmul(lower, transposingOther: true), spd)
    }
  }

  @Test func generalEigenvaluesOfARotation() throws {
    let a = Tensor<Double>([[0, -1, 0], [1, 0, 0], [0, 0, 2]])
    let (re, im, x, y) = try a.eigen()
    // A (x + iy) = (re + i im)(x + iy), in real and imaginary parts.
    expectNear(a.matmul(x), x * re - y * im)
    expectNear(a.matmul(y), x * im + y * re)
    #expect(Set(re.elements.map { ($0 * 1e9).rounded() / 1e9 }) == [0, 2])
  }

  @Test func whatTheMatrixLacksIsThrown() throws {
    let singular = Tensor<Double>([[1, 2], [2, 4]])
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) { try singular.solve(Tensor([1, 1])) }
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) { try singular.inverse() }
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) {
      try singular.leastSquares(Tensor([1, 1]))
    }
    #expect(try singular.determinant() == 0)
    #expect(try singular.minimumNormLeastSquares(Tensor([5, 10])).shape == [2])
    let indefinite = Tensor<Double>([[1, 2], [2, 1]])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) { try indefinite.cholesky() }
    #expect(throws: LinearAlgebraError.nonFinite(row: 0, column: 1)) {
      try Tensor<Double>([[1, .nan], [2, 1]]).svd()
    }
  }

  /// Equal shapes, and elements within 1000 roundings of numbers of the size of the largest.
  private func expectNear<S>(
    _ found: Tensor<S>, _ expected: Tensor<S>, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      found, expected.shape, expected.elements.map { Double($0) }, ulps: 1000,
      scale: max(1, Double(expected.largestMagnitude)), sourceLocation: sourceLocation)
  }
}
