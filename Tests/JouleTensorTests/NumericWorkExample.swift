// The code of docs/examples/numeric-work.md. NumericWorkTests checks that the page shows these very
// lines, and what the functions return.

// [begin: fit]
import JouleTensor

/// Fits y = c₀ + c₁ x + c₂ x² to noisy points by least squares.
func fitParabola() throws -> Tensor<Double> {
  let x = Tensor<Double>((0..<50).map { Double($0) / 10 })
  let noise = Tensor<Double>(normal: [50], using: RandomKey(seed: 1)) * 0.01
  let y = 1 - 2 * x + 0.5 * x.squared() + noise

  // One row a point, one column a coefficient: [50, 3].
  let design = Tensor(stacking: [Tensor([50], repeating: 1), x, x.squared()]).transposed()
  return try design.leastSquares(y)
}
// [end: fit]

// [begin: pca]
/// The first `count` principal components of the rows of `data`, and the share of the variance that
/// each explains.
func principalComponents(
  of data: Tensor<Float>, count: Int
) throws -> (components: Tensor<Float>, scores: Tensor<Float>, shares: Tensor<Float>) {
  let centred = data - data.mean(along: 0)  // a row [n] from every row of [m, n]
  let (u, singularValues, vT) = try centred.svd()
  let variances = singularValues.squared()
  return (
    components: vT.rows(0..<count),
    scores: (u * singularValues).columns(0..<count),
    shares: (variances / variances.sum()).rows(0..<count)
  )
}
// [end: pca]

// [begin: solve]
/// Solves a linear system; a singular matrix is an error that says where.
func temperatures() throws -> Tensor<Double> {
  // A rod in four pieces, its ends held at 0 and 100 degrees.
  let conduction = Tensor<Double>([
    [2, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 2],
  ])
  return try conduction.solve(Tensor([0, 0, 0, 100]))
}

func describeFailure() -> String {
  do {
    return "\(try Tensor<Double>([[1, 2], [2, 4]]).solve(Tensor([1, 1])))"
  } catch {
    return "\(error)"
  }
}
// [end: solve]
