import Benchmark
import Joule

/// Dense products in the shapes of a training step of 784-500 at batch 100, and the ceiling.
func registerProducts() {
  for (name, m, n, k, left, right) in [
    ("square 2048", 2048, 2048, 2048, Transpose.none, Transpose.none),
    ("hidden input 100×500×784", 100, 500, 784, .none, .none),
    ("visible input 100×784×500", 100, 784, 500, .none, .transposed),
    ("update 784×500×200", 784, 500, 200, .transposed, .none),
    ("half a batch 50×500×784", 50, 500, 784, .none, .none),
  ] {
    Benchmark("gemm, \(name)") { benchmark, product in
      benchmark.startMeasurement()
      product.use { $0.multiply() }
    } setup: {
      Kept(Product(m, n, k, left, right))
    }
  }
  Benchmark("bits by matrix, hidden input 100×500×784, packing included") { benchmark, product in
    benchmark.startMeasurement()
    product.use { $0.multiplyBits() }
  } setup: {
    Kept(Product(100, 500, 784, .none, .none))
  }
}

/// The operands of a product, kept between iterations.
private struct Product {
  let (m, n, k): (Int, Int, Int)
  let (leftForm, rightForm): (Transpose, Transpose)
  let left: [Float]
  let right: [Float]
  /// As many zeros and ones as there are elements on the left, 13 % ones.
  let bits: [Float]
  var result: [Float]

  init(_ m: Int, _ n: Int, _ k: Int, _ leftForm: Transpose, _ rightForm: Transpose) {
    (self.m, self.n, self.k) = (m, n, k)
    (self.leftForm, self.rightForm) = (leftForm, rightForm)
    left = Tensor<Float>(normal: [m * k], using: RandomKey(seed: 1)).elements
    right = Tensor<Float>(normal: [k * n], using: RandomKey(seed: 2)).elements
    bits = Tensor<Float>(uniform: [m * k], using: RandomKey(seed: 3)).elements.map {
      $0 < 0.13 ? 1 : 0
    }
    result = [Float](repeating: 0, count: m * n)
  }

  mutating func multiply() {
    let (left, right) = (left, right)
    BLAS.gemm(
      m: m, n: n, k: k, left.span, leftForm, right.span, rightForm, into: result.mutableSpan)
  }

  mutating func multiplyBits() {
    let right = right
    BitMatrix(bits.span, rows: m, columns: k)?
      .multiply(by: right.span, columns: n, into: result.mutableSpan)
  }
}
