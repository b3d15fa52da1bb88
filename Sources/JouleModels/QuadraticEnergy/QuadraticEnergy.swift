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
    let centered = mean.map { rows - $0 } ?? rows
    multiplyByPrecision(centered, into: &gradient)
    var products = [Double](repeating: 0, count: rows.shape[0])
    VectorKernels.best.rowDots(
      centered.elements.span, gradient.elements.span, into: products.mutableSpan)
    return Tensor(products.map { Scalar($0 / 2) })
  }

  /// rows · P. OpenBLAS multiplies small matrices without repacking them, a fifth faster: so in equal blocks
  /// of rows, small enough to keep m·n·n below its limit of 10⁶.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func multiplyByPrecision(_ rows: Tensor<Scalar>, into result: inout Tensor<Scalar>) {
    let n = variableCount
    let most = Swift.max(16, 1_000_000 / (n * n))
    let blocks = (rows.shape[0] + most - 1) / most
    let block = blocks == 0 ? 1 : (rows.shape[0] + blocks - 1) / blocks
    var values = result.elements.mutableSpan
    let (x, p) = (rows.elements.span, precision.elements.span)
    for start in stride(from: 0, to: rows.shape[0], by: block) {
      let count = Swift.min(block, rows.shape[0] - start)
      let range = start * n..<(start + count) * n
      BLAS.gemm(
        m: count, n: n, k: n, x.extracting(range), p,
        into: values._mutatingExtracting(range))
    }
  }
}
