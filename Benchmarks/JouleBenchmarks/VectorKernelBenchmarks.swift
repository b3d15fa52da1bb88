import Benchmark
import Joule

/// The fused passes over an activation block, at every level that this processor has.
///
/// A block is 100 rows of 500: divide by 50,000 for the time of an element.
func registerVectorKernels() {
  let levels: [(String, VectorKernels.Level)] = [
    ("baseline", .baseline), ("AVX2", .avx2), ("AVX-512", .avx512),
  ]
  for (name, level) in levels {
    guard let kernels = VectorKernels.at(level) else { continue }
    Benchmark("logistic sample 100×500, \(name)") { benchmark, block in
      block.use { $0.refill() }
      benchmark.startMeasurement()
      block.use {
        let bias = $0.bias
        kernels.addBiasLogisticSample(
          $0.values.mutableSpan, bias: bias.span, columns: Block.columns, Block.address)
      }
    } setup: {
      Kept(Block())
    }
    Benchmark("softplus row sums 100×500, \(name)") { benchmark, block in
      benchmark.startMeasurement()
      block.use {
        let (inputs, bias) = ($0.inputs, $0.bias)
        kernels.softplusRowSums(
          inputs.span, bias: bias.span, columns: Block.columns, scale: 1,
          into: $0.sums.mutableSpan)
      }
    } setup: {
      Kept(Block())
    }
    Benchmark("Philox uniform fill 100×500, \(name)") { benchmark, block in
      benchmark.startMeasurement()
      block.use {
        kernels.fill(.uniform, $0.values.mutableSpan, columns: Block.columns, Block.address)
      }
    } setup: {
      Kept(Block())
    }
  }
}

/// An activation block with what the kernels need beside it.
private struct Block {
  static let rows = 100
  static let columns = 500
  static let address = RandomAddress(key: 3)

  let inputs: [Float]
  let bias: [Float]
  var values: [Float]
  var sums: [Double]

  init() {
    inputs = Tensor<Float>(normal: [Self.rows * Self.columns], using: RandomKey(seed: 1)).elements
    bias = Tensor<Float>(normal: [Self.columns], using: RandomKey(seed: 2)).elements
    values = inputs
    sums = [Double](repeating: 0, count: Self.rows)
  }

  /// Puts the inputs back, in the storage that is there.
  mutating func refill() {
    for index in inputs.indices { values[index] = inputs[index] }
  }
}
