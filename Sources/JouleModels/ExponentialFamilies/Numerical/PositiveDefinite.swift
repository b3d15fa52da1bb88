import JouleTensor
import RealModule

/// The inverse and log-determinant of a symmetric positive definite matrix; nil if it is none.
func positiveDefinite(
  _ matrix: Tensor<Double>
) -> (inverse: Tensor<Double>, logDeterminant: Double)? {
  guard let factor = try? matrix.cholesky(),
    let inverse = try? matrix.solvePositiveDefinite(.identity(matrix.shape[0]))
  else { return nil }
  let logDeterminant = diagonal(of: factor).reduce(0) { $0 + 2 * logarithm($1) }
  return ((inverse + inverse.transposed()) * 0.5, logDeterminant)
}

/// The diagonal of a square matrix.
func diagonal(of matrix: Tensor<Double>) -> [Double] {
  var result: [Double] = []
  for index in 0..<matrix.shape[0] { result.append(matrix[index, index]) }
  return result
}

/// Whether the smallest eigenvalue of the correlations is more than rounding leaves.
func isWellConditioned(_ covariance: Tensor<Double>) -> Bool {
  let order = covariance.shape[0]
  let scales = diagonal(of: covariance).map { 1 / $0.squareRoot() }
  guard scales.allSatisfy(\.isFinite) else { return false }
  let correlations = covariance * Tensor(scales) * Tensor(scales).reshaped(to: [order, 1])
  guard let least = try? correlations.symmetricEigen().values.min() else { return false }
  return least > 1e-13 * Double(order)
}

func logarithm(_ x: Double) -> Double { Double.log(x) }
