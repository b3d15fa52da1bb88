import JouleAlgebra
import JouleTensor

/// The covariance of positions, or its diagonal, summed over chains and steps in Double.
struct MetricEstimate<Scalar: TensorScalar>: Sendable {
  /// What sums are taken about, near the mean so that nothing cancels, `[variables]`.
  private let reference: Tensor<Scalar>
  private let isDense: Bool
  private var count = 0
  /// Σ d, `[variables]`, and Σ d² `[variables]` or Σ d dᵀ `[variables, variables]`, d = x − reference.
  private var sum: Tensor<Double>
  private var products: Tensor<Double>

  init(around reference: Tensor<Scalar>, isDense: Bool) {
    let n = reference.count
    self.reference = reference
    self.isDense = isDense
    sum = Tensor(zeros: [n])
    products = Tensor(zeros: isDense ? [n, n] : [n])
  }

  /// - Parameter rows: `[chains, variables]`.
  mutating func add(_ rows: Tensor<Scalar>) {
    let offsets = rows - reference
    count += rows.shape[0]
    sum += Self.columnSums(of: offsets)
    if isDense {
      let wide = Tensor<Double>(offsets)
      Tensor.multiply(wide, .transposed, wide, accumulate: 1, into: &products)
    } else {
      products += Self.columnSums(of: offsets.squared())
    }
  }

  /// Adds the sums of other chains, taken about the same reference.
  mutating func add(_ other: MetricEstimate) {
    count += other.count
    sum += other.sum
    products += other.products
  }

  private static func columnSums(of rows: Tensor<Scalar>) -> Tensor<Double> {
    var sums = [Double](repeating: 0, count: rows.shape[1])
    VectorKernels.best.columnSums(rows.elements.span, into: sums.mutableSpan)
    return Tensor(sums)
  }

  /// The estimate as a mass, drawn a little towards 10⁻³ I as in Stan:
  ///
  ///     Σ̂ N/(N + 5) + 10⁻³ · 5/(N + 5)
  ///
  /// - Returns: nil of fewer than two draws.
  func metric() throws(MetricError) -> EuclideanMetric<Scalar>? {
    guard count > 1 else { return nil }
    let draws = Double(count)
    let (weight, floor) = (draws / (draws + 5), 1e-3 * 5 / (draws + 5))
    guard isDense else {
      let squares = products - sum.squared() / draws
      return try .diagonal(
        variances: (squares * (weight / (draws - 1)) + floor).elements)
    }
    let covariance = (products - sum.outerProduct(with: sum) / draws) * (weight / (draws - 1))
    return try .dense(covariance: covariance + Tensor.identity(sum.count) * floor)
  }
}
