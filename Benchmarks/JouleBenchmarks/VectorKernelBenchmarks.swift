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
      block.refill()
      benchmark.startMeasurement()
      kernels.addBiasLogisticSample(
        block.values.mutableSpan, bias: block.bias.span, columns: Block.columns, block.address)
      blackHole(block.values)
    } setup: {
      Block()
    }
    Benchmark("softplus row sums 100×500, \(name)") { benchmark, block in
      benchmark.startMeasurement()
      kernels.softplusRowSums(
        block.inputs.span, bias: block.bias.span, columns: Block.columns, scale: 1,
        into: block.sums.mutableSpan)
      blackHole(block.sums)
    } setup: {
      Block()
    }
    Benchmark("Philox uniform fill 100×500, \(name)") { benchmark, block in
      benchmark.startMeasurement()
      kernels.fill(.uniform, block.values.mutableSpan, columns: Block.columns, block.address)
      blackHole(block.values)
    } setup: {
      Block()
    }
  }
}

/// An activation block with what the kernels need beside it.
private final class Block {
  static let rows = 100
  static let columns = 500

  let inputs: [Float]
  let bias: [Float]
  var values: [Float]
  var sums: [Double]
  let address = RandomAddress(key: 3)

  init() {
    inputs = Tensor<Float>(normal: [Self.rows * Self.columns], using: RandomKey(seed: 1)).elements
    bias = Tensor<Float>(normal: [Self.columns], using: RandomKey(seed: 2)).elements
    values = inputs
    sums = [Double](repeating: 0, count: Self.rows)
  }

  /// Puts the inputs back, in the storage that is there.
  func refill() {
    for index in inputs.indices { values[index] = inputs[index] }
  }
}
