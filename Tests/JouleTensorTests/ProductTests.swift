import JouleTensor
import Testing

@Suite struct ProductTests {
  @Test(arguments: [(3, 4, 5), (1, 1, 1), (17, 33, 9), (2, 0, 3), (0, 3, 2), (3, 2, 0)])
  func productsAgreeWithLoops(m: Int, k: Int, n: Int) {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let a: Tensor<S> = testNumbers([m, k], seed: 3)
      let b: Tensor<S> = testNumbers([k, n], seed: 4)
      let x: Tensor<S> = testNumbers([k], seed: 5)
      let ulps = Double(k + 2)
      func loop(_ b: (Int, Int) -> S, _ n: Int) -> [Double] {
        (0..<m).flatMap { i in
          (0..<n).map { j in
            (0..<k).reduce(0.0) { $0 + Double(a[i, $1]) * Double(b($1, j)) }
          }
        }
      }
      let product = loop({ b[$0, $1] }, n)
      let (at, bt) = (a.transposed(), b.transposed())
      let scale = Double(k) + 1
      expectClose(a.matmul(b), [m, n], product, ulps: ulps, scale: scale)
      expectClose(at.matmul(b, transposingSelf: true), [m, n], product, ulps: ulps, scale: scale)
      expectClose(a.matmul(bt, transposingOther: true), [m, n], product, ulps: ulps, scale: scale)
      expectClose(
        at.matmul(bt, transposingSelf: true, transposingOther: true), [m, n], product, ulps: ulps,
        scale: scale)

      let applied = loop({ row, _ in x[row] }, 1)
      expectClose(a.matmul(x), [m], applied, ulps: ulps, scale: scale)
      expectClose(at.matmul(x, transposingSelf: true), [m], applied, ulps: ulps, scale: scale)
      expectClose(x.matmul(at), [m], applied, ulps: ulps, scale: scale)
      expectClose(x.matmul(a, transposingOther: true), [m], applied, ulps: ulps, scale: scale)

      var c = Tensor<S>([m, n], repeating: .nan)
      Tensor.multiply(a, b, scale: 2, into: &c)
      expectClose(c, [m, n], product.map { 2 * $0 }, ulps: ulps, scale: scale)
      Tensor.multiply(at, .transposed, bt, .transposed, scale: -1, accumulate: 2, into: &c)
      expectClose(c, [m, n], product.map { 3 * $0 }, ulps: 2 * ulps, scale: 2 * scale)
      var y = Tensor<S>([m], repeating: .nan)
      Tensor.multiply(a, x, into: &y)
      Tensor.multiply(at, .transposed, x, scale: -1, accumulate: 2, into: &y)
      expectClose(y, [m], applied, ulps: 2 * ulps, scale: 2 * scale)
    }
  }

  @Test func outerProduct() {
    #expect(
      Tensor<Float>([1, 2]).outerProduct(with: Tensor([3, 4, 5]))
        == Tensor([[3, 4, 5], [6, 8, 10]])
    )
    #expect(Tensor<Double>(zeros: [0]).outerProduct(with: Tensor([1])).shape == [0, 1])
  }

  @Test func aDestinationMayBeAnOperand() {
    var a = Tensor<Double>([[1, 1], [0, 1]])
    Tensor.multiply(a, a, into: &a)
    #expect(a == Tensor([[1, 2], [0, 1]]))
  }
}
