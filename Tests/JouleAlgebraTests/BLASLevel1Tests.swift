import JouleAlgebra
import Testing

@Suite struct BLASLevel1Tests {
  static let lengths = [0, 1, 2, 7, 64, 1001]
  static let strides = [1, 2, 5]

  /// Elements at a stride, and the storage that holds them; the last element ends the storage.
  private func vector<S: BLASScalar>(
    _ length: Int, stride: Int, seed: Int, _ type: S.Type
  ) -> (storage: [S], values: [Double]) {
    var numbers = TestNumbers(seed)
    let storage: [S] = numbers.array(length == 0 ? 0 : (length - 1) * stride + 1)
    return (
      storage, Swift.stride(from: 0, to: storage.count, by: stride).map { Double(storage[$0]) }
    )
  }

  @Test(arguments: lengths, strides) func sumsAreThoseOfTheFormulas(length: Int, stride: Int) {
    func check<S: BLASScalar>(_ type: S.Type) {
      let (x, xs) = vector(length, stride: stride, seed: 1, type)
      let (y, ys) = vector(length, stride: 6 - stride, seed: 2, type)
      #expect(xs.count == length)

      let products = zip(xs, ys).map { $0 * $1 }
      let magnitude = products.reduce(0) { $0 + $1.magnitude }
      let dot = BLAS.dot(x.span, xStride: stride, y.span, yStride: 6 - stride)
      #expect(
        (Double(dot) - products.reduce(0, +)).magnitude
          <= roundingBound(type, terms: length, magnitude: magnitude))

      let sum = xs.reduce(0) { $0 + $1.magnitude }
      #expect(
        (Double(BLAS.asum(x.span, stride: stride)) - sum).magnitude
          <= roundingBound(type, terms: length, magnitude: sum))

      let norm = xs.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(
        (Double(BLAS.nrm2(x.span, stride: stride)) - norm).magnitude
          <= roundingBound(type, terms: length, magnitude: norm))

      let largest = xs.map(\.magnitude).max()
      let index = BLAS.iamax(x.span, stride: stride)
      #expect(index == xs.firstIndex { $0.magnitude == largest })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: lengths, strides) func updatesTouchOnlyTheirElements(length: Int, stride: Int) {
    func check<S: BLASScalar>(_ type: S.Type) {
      let (x, xs) = vector(length, stride: 6 - stride, seed: 3, type)
      let (before, ys) = vector(length, stride: stride, seed: 4, type)
      var y = before
      BLAS.axpy(0.75, x.span, xStride: 6 - stride, into: y.mutableSpan, yStride: stride)
      var scaled = before
      BLAS.scal(-1.5, scaled.mutableSpan, stride: stride)
      for i in before.indices {
        if i % stride != 0 {
          #expect(y[i] == before[i] && scaled[i] == before[i])
        } else {
          let (x, old) = (xs[i / stride], ys[i / stride])
          let bound = roundingBound(type, terms: 1, magnitude: x.magnitude + old.magnitude)
          #expect((Double(y[i]) - (0.75 * x + old)).magnitude <= bound)
          #expect(scaled[i] == -1.5 * before[i])
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: strides) func scalingByZeroClearsNaNAndInfinity(stride: Int) {
    func check<S: BLASScalar>(_ type: S.Type) {
      var x = [S](repeating: .nan, count: 33)
      x[16] = .infinity
      BLAS.scal(0, x.mutableSpan, stride: stride)
      for i in x.indices { #expect(i % stride == 0 ? x[i] == 0 : x[i] == .infinity || x[i].isNaN) }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func normNeitherOverflowsNorUnderflows() {
    func check<S: BLASScalar>(_ type: S.Type) {
      let large = S.greatestFiniteMagnitude / 8
      let small = S.leastNormalMagnitude * 2
      let four = BLAS.nrm2([S](repeating: large, count: 4).span)
      #expect((four / large - 2).magnitude <= 4 * S.ulpOfOne)
      #expect(
        (BLAS.nrm2([S](repeating: small, count: 4).span) / small - 2).magnitude <= 4 * S.ulpOfOne)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func firstOfEqualMagnitudesIsFound() {
    let x: [Float] = [0, -3, 3, 1, -3]
    #expect(BLAS.iamax(x.span) == 1)
    #expect(BLAS.iamax([Double]().span) == nil)
  }

  @Test func nanPropagatesThroughSums() {
    let x: [Float] = [1, .nan, 2]
    let y: [Float] = [1, 1, 1]
    #expect(BLAS.dot(x.span, y.span).isNaN)
    #expect(BLAS.asum(x.span).isNaN)
  }

  @Test func unequalLengthsTrap() async {
    await #expect(processExitsWith: .failure) {
      let (x, y) = ([1, 2] as [Float], [1, 2, 3] as [Float])
      _ = BLAS.dot(x.span, y.span)
    }
    await #expect(processExitsWith: .failure) {
      let x = [1, 2] as [Double]
      _ = BLAS.nrm2(x.span, stride: 0)
    }
  }
}
