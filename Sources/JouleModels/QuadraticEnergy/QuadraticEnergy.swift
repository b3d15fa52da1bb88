import JouleAlgebra
public import JouleCore
public import JouleTensor

/// A quadratic energy: the normal distribution by its precision, without its constant.
///
///     E(x) = ½ (x − μ)ᵀP(x − μ),   ∂E/∂x = P(x − μ),   p = N(μ, P⁻¹)
///
/// The yardstick of continuous samplers, and what a smooth energy looks like near its minimum.
public struct QuadraticEnergy<Scalar: TensorScalar>: DifferentiableEnergy {
  /// P, `[variables, variables]`, symmetric.
  public let precision: Tensor<Scalar>
  /// μ, `[variables]`; nil for zero.
  public let mean: Tensor<Scalar>?

  /// - Parameters:
  ///   - precision: P, `[variables, variables]`; symmetric positive definite. What is not symmetric in it
  ///     would not be a gradient: the mean of P and Pᵀ is taken.
  ///   - mean: μ, `[variables]`; nil for zero.
  public init(precision: Tensor<Scalar>, mean: Tensor<Scalar>? = nil) {
    precondition(
      precision.rank == 2 && precision.shape[0] == precision.shape[1] && precision.count > 0,
      "a precision has shape [n, n], got \(precision.shape)")
    precondition(
      mean.map { $0.shape == [precision.shape[0]] } ?? true,
      "a mean of shape \(mean?.shape ?? []) for a precision of shape \(precision.shape)")
    self.precision = (precision + precision.transposed()) * 0.5
    self.mean = mean
  }

  public var variableCount: Int { precision.shape[0] }

  /// - Complexity: 2·batch·n² flops.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let centered = centered(rows)
    for block in blocks(of: rows) { multiply(centered, block, into: &gradient, at: block) }
    var products = [Double](repeating: 0, count: rows.shape[0])
    VectorKernels.best.rowDots(
      centered.elements.span, gradient.elements.span, into: products.mutableSpan)
    return Tensor(products.map { Scalar($0 / 2) })
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>) {
    requireRows(rows)
    let centered = centered(rows)
    for block in blocks(of: rows) { multiply(centered, block, into: &gradient, at: block) }
  }

  /// The gradient stays in the cache, a block of rows at a time.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let (centered, n) = (centered(rows), variableCount)
    let blocks = blocks(of: rows)
    var gradient = Tensor<Scalar>(zeros: [blocks.map(\.count).max() ?? 0, n])
    var products = [Double](repeating: 0, count: rows.shape[0])
    var rest = products.mutableSpan
    for block in blocks {
      multiply(centered, block, into: &gradient, at: 0..<block.count)
      VectorKernels.best.rowDots(
        centered.elements.span.extracting(block.lowerBound * n..<block.upperBound * n),
        gradient.elements.span.extracting(0..<block.count * n),
        into: rest._mutatingExtracting(block))
    }
    return Tensor(products.map { Scalar($0 / 2) })
  }

  /// x − μ.
  private func centered(_ rows: Tensor<Scalar>) -> Tensor<Scalar> {
    mean.map { rows - $0 } ?? rows
  }

  /// OpenBLAS multiplies small matrices without repacking them, a fifth faster: so in equal blocks of rows,
  /// small enough to keep m·n·n below its limit of 10⁶.
  private func blocks(of rows: Tensor<Scalar>) -> [Range<Int>] {
    let count = rows.shape[0]
    let most = Swift.max(16, 1_000_000 / (variableCount * variableCount))
    let blocks = (count + most - 1) / most
    return (0..<blocks).map { count * $0 / blocks..<count * ($0 + 1) / blocks }
  }

  /// Some rows times P, into rows of a result.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func multiply(
    _ rows: Tensor<Scalar>, _ range: Range<Int>, into result: inout Tensor<Scalar>,
    at target: Range<Int>
  ) {
    let n = variableCount
    var values = result.elements.mutableSpan
    BLAS.gemm(
      m: range.count, n: n, k: n,
      rows.elements.span.extracting(range.lowerBound * n..<range.upperBound * n),
      precision.elements.span,
      into: values._mutatingExtracting(target.lowerBound * n..<target.upperBound * n))
  }
}
