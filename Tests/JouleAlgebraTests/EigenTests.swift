import JouleAlgebra
import Testing

@Suite struct EigenTests {
  static let orders = [0, 1, 2, 3, 10, 64, 101]

  @Test(arguments: orders) func symmetricVectorsDiagonalise(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      var numbers = TestNumbers(n)
      var a: [S] = numbers.array(n * n)
      for i in 0..<n { for j in 0..<i { a[j * n + i] = a[i * n + j] } }
      var onlyLower = a
      for i in 0..<n { for j in 0..<i { onlyLower[j * n + i] = .nan } }
      let eigen = try SymmetricEigen(factoring: onlyLower.span, order: n)
      #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
      let bound = 4 * Double(n) * Double(S.ulpOfOne)
      let product = naiveProduct(a, eigen.vectors, rows: n, columns: n, depth: n)
      let scaled = eigen.vectors.indices.map {
        Double(eigen.vectors[$0]) * Double(eigen.values[$0 % n])
      }
      #expect(distance(product, scaled) <= bound * frobeniusNorm(a))
      let transposed = naiveTranspose(eigen.vectors, rows: n, columns: n)
      let gram = naiveProduct(transposed, eigen.vectors, rows: n, columns: n, depth: n)
      #expect(distance(gram, identityMatrix(n)) <= bound * Double(n).squareRoot())
      let trace = (0..<n).reduce(0) { $0 + Double(a[$1 * n + $1]) }
      let sum = eigen.values.reduce(0) { $0 + Double($1) }
      #expect((trace - sum).magnitude <= bound * frobeniusNorm(a) * Double(n).squareRoot())
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders) func generalVectorsSatisfyTheirEquation(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      var numbers = TestNumbers(n + 1)
      let a: [S] = numbers.array(n * n)
      let eigen = try GeneralEigen(factoring: a.span, order: n)
      // A (x + iy) = (μ + iν)(x + iy), real and imaginary parts.
      let realProduct = naiveProduct(a, eigen.realVectors, rows: n, columns: n, depth: n)
      let imaginaryProduct = naiveProduct(a, eigen.imaginaryVectors, rows: n, columns: n, depth: n)
      var error = 0.0
      for i in 0..<n * n {
        let (mu, nu) = (Double(eigen.realValues[i % n]), Double(eigen.imaginaryValues[i % n]))
        let (x, y) = (Double(eigen.realVectors[i]), Double(eigen.imaginaryVectors[i]))
        let real = realProduct[i] - (mu * x - nu * y)
        let imaginary = imaginaryProduct[i] - (nu * x + mu * y)
        error += real * real + imaginary * imaginary
      }
      let unit = Double(n) * Double(S.ulpOfOne)
      #expect(error.squareRoot() <= 8 * unit * frobeniusNorm(a) * Double(max(1, n)).squareRoot())
      for j in 0..<n {
        let length = (0..<n).reduce(0) {
          let (x, y) = (eigen.realVectors[$1 * n + j], eigen.imaginaryVectors[$1 * n + j])
          return $0 + Double(x) * Double(x) + Double(y) * Double(y)
        }
        #expect((length - 1).magnitude <= 8 * unit)
      }
      // Pairs are exact conjugates, the positive imaginary part first.
      var j = 0
      while j < n {
        if eigen.imaginaryValues[j] == 0 {
          #expect((0..<n).allSatisfy { eigen.imaginaryVectors[$0 * n + j] == 0 })
          j += 1
          continue
        }
        #expect(eigen.imaginaryValues[j] > 0)
        #expect(eigen.imaginaryValues[j + 1] == -eigen.imaginaryValues[j])
        #expect(eigen.realValues[j + 1] == eigen.realValues[j])
        j += 2
      }
      #expect(eigen.isReal == eigen.imaginaryValues.allSatisfy { $0 == 0 })
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: orders) func valuesAloneAreThoseThatComeWithVectors(n: Int) throws {
    func check<S: BLASScalar>(_ type: S.Type) throws {
      var numbers = TestNumbers(n + 2)
      let a: [S] = numbers.array(n * n)
      let bound = 16 * S(max(1, n)) * S.ulpOfOne * S(max(1, frobeniusNorm(a)))
      let symmetric = try SymmetricEigen<S>(factoring: a.span, order: n).values
      let symmetricAlone = try SymmetricEigen<S>.values(of: a.span, order: n)
      #expect(zip(symmetric, symmetricAlone).allSatisfy { ($0 - $1).magnitude <= bound })
      // The order is LAPACK's, so power sums are compared: Σ λ and Σ λ².
      let eigen = try GeneralEigen(factoring: a.span, order: n)
      let (real, imaginary) = try GeneralEigen<S>.values(of: a.span, order: n)
      #expect(real.count == n && imaginary.count == n && symmetricAlone.count == n)
      func sums(_ x: [S], _ y: [S]) -> (Double, Double) {
        zip(x, y).reduce((0.0, 0.0)) {
          let (x, y) = (Double($1.0), Double($1.1))
          return ($0.0 + x, $0.1 + x * x - y * y)
        }
      }
      let (with, alone) = (sums(eigen.realValues, eigen.imaginaryValues), sums(real, imaginary))
      let scale = Double(bound) * (1 + frobeniusNorm(a)) * Double(max(1, n)).squareRoot()
      #expect((with.0 - alone.0).magnitude <= scale && (with.1 - alone.1).magnitude <= scale)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func rotationHasTheEigenvaluesPlusMinusI() throws {
    let eigen = try GeneralEigen(factoring: ([0, -1, 1, 0] as [Double]).span, order: 2)
    #expect(!eigen.isReal)
    #expect(eigen.realValues.allSatisfy { $0.magnitude <= Double.ulpOfOne })
    #expect((eigen.imaginaryValues[0] - 1).magnitude <= Double.ulpOfOne)
    #expect((eigen.imaginaryValues[1] + 1).magnitude <= Double.ulpOfOne)
  }

  @Test func defectiveMatrixStillHasItsEigenvalue() throws {
    let eigen = try GeneralEigen(factoring: ([2, 1, 0, 2] as [Double]).span, order: 2)
    #expect(eigen.isReal && eigen.realValues == [2, 2])
  }

  /// Transition matrices T[i, j] = P(next = i | now = j) have the eigenvalue one and, with it, the
  /// stationary distribution.
  @Test func columnStochasticMatrixHasAStationaryVector() throws {
    let transition: [Double] = [0.9, 0.2, 0.1, 0.05, 0.7, 0.3, 0.05, 0.1, 0.6]
    let eigen = try GeneralEigen(factoring: transition.span, order: 3)
    let one = (0..<3).max { eigen.realValues[$0] < eigen.realValues[$1] } ?? 0
    #expect((eigen.realValues[one] - 1).magnitude < 1e-14)
    let vector = (0..<3).map { eigen.realVectors[$0 * 3 + one] }
    let probabilities = vector.map { $0 / vector.reduce(0, +) }
    let next = naiveProduct(transition, probabilities, rows: 3, columns: 1, depth: 3)
    #expect(probabilities.allSatisfy { $0 > 0 } && distance(next, probabilities) < 1e-14)
  }
}
