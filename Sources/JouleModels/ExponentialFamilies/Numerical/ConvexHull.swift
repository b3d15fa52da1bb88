import JouleTensor

/// Whether moments lie inside the convex hull of the values of T, with the proof.
///
/// The moments of distributions over points are just their convex hull. θ with E[T] = α exists if α is in
/// its relative interior, and only then: α = Σ w_s T(s) with every w_s > 0.
///
/// With g_s = T(s) − α two problems of non-negative least squares decide, and prove:
///
///     ‖ Σ w_s (g_s, 1) − (0, 1) ‖, w ≥ 0: a residual (v, −c) ≠ 0 has v·g_s ≤ −c < 0 for every s: α is outside
///     ‖ Σ w_s g_s + ḡ ‖, w ≥ 0, ḡ the mean of the g_s: no residual means α = Σ (w_s + 1/S) T(s) / Σ, inside;
///     a residual v has v·g_s ≤ 0 for every s and < 0 for some: α is on the boundary
///
/// Reference: for the least squares C. Lawson, R. Hanson, Solving Least Squares Problems (1974), §23.3,
/// algorithm NNLS; that residuals separate is Farkas' lemma.
struct ConvexHull {
  /// `[points, dimensions]`.
  let points: Tensor<Double>

  /// What a residual must exceed to be one, in units of the points' spread.
  private static let tolerance = 1e-10

  /// A direction that proves α to be outside, or on the boundary; nil for α inside.
  func separation(of target: [Double]) -> SeparatingDirection? {
    let dimensions = points.shape[1]
    let spreads = (0..<dimensions).map { column -> Double in
      let values = points.columns(column..<column + 1)
      let spread = max(values.max() - target[column], target[column] - values.min())
      return spread > 0 ? spread : 1
    }
    let scaled = (points - Tensor(target)) / Tensor(spreads)
    let count = points.shape[0]
    let lifted = Tensor(concatenating: [scaled, Tensor([count, 1], repeating: 1)], along: 1)
    let outside = NonNegativeLeastSquares.residual(
      columns: lifted, target: [Double](repeating: 0, count: dimensions) + [1])
    if norm(outside) > Self.tolerance {
      return proof(Array(outside.dropLast()), spreads, target)
    }
    let mean = scaled.mean(along: 0)
    let size = norm(mean.elements)
    guard size > 0 else { return nil }
    let boundary = NonNegativeLeastSquares.residual(
      columns: scaled, target: (mean * (-1 / size)).elements)
    return norm(boundary) > Self.tolerance ? proof(boundary, spreads, target) : nil
  }

  /// The direction in the units of T, of largest component 1, and what it reaches over the points; nil
  /// where it does not stand, because the least squares ended in rounding.
  private func proof(
    _ residual: [Double], _ spreads: [Double], _ target: [Double]
  ) -> SeparatingDirection? {
    var direction = zip(residual, spreads).map { $0 / $1 }
    let largest = direction.reduce(0) { max($0, abs($1)) }
    // Components that are nothing but rounding would only make the proof hard to read.
    direction = direction.map { abs($0) < 1e-9 * largest ? 0 : $0 / largest }
    let reach = points.matmul(Tensor(direction)).max()
    let needed = zip(direction, target).reduce(0) { $0 + $1.0 * $1.1 }
    let noise = 1e-9 * max(abs(needed), abs(reach))
    return reach <= needed + noise
      ? SeparatingDirection(direction: direction, target: needed, reach: reach) : nil
  }

  private func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

/// min ‖ Σ_s w_s a_s − b ‖ over w ≥ 0, by the active-set method of Lawson and Hanson.
enum NonNegativeLeastSquares {
  /// b − Σ w_s a_s at the minimum.
  ///
  /// - Parameters:
  ///   - columns: the a_s as rows, `[count, dimensions]`.
  ///   - target: b.
  /// - Complexity: some `dimensions` rounds, each a pass over the columns and a small least squares.
  static func residual(columns: Tensor<Double>, target: [Double]) -> [Double] {
    var passive: [Int] = []
    var weights: [Double] = []
    var residual = target
    // Columns that depend on the passive ones but for rounding.
    var excluded: Set<Int> = []
    let limit = 30 * (target.count + 10)
    for _ in 0..<limit {
      let slopes = columns.matmul(Tensor(residual)).elements
      var best = (index: -1, slope: 1e-12)
      for (index, slope) in slopes.enumerated() where slope > best.slope {
        if !passive.contains(index) && !excluded.contains(index) { best = (index, slope) }
      }
      guard best.index >= 0 else { return residual }
      guard leastSquares(columns.rows(at: passive + [best.index]), target) != nil else {
        excluded.insert(best.index)
        continue
      }
      passive.append(best.index)
      weights.append(0)
      while let solution = leastSquares(columns.rows(at: passive), target) {
        if solution.allSatisfy({ $0 > 0 }) {
          weights = solution
          break
        }
        // As far towards the solution as the weights stay non-negative; those that reach 0 leave.
        var step = 1.0
        for (weight, next) in zip(weights, solution) where next <= 0 {
          step = min(step, weight / (weight - next))
        }
        let kept = weights.indices.filter { index in
          let (weight, next) = (weights[index], solution[index])
          return next > 0 || weight / (weight - next) > step
        }
        passive = kept.map { passive[$0] }
        weights = kept.map { weights[$0] + step * (solution[$0] - weights[$0]) }
        if passive.isEmpty { break }
      }
      let fitted =
        passive.isEmpty
        ? [Double](repeating: 0, count: target.count)
        : Tensor(shape: [1, weights.count], elements: weights)
          .matmul(columns.rows(at: passive)).elements
      residual = zip(target, fitted).map { $0 - $1 }
      excluded.removeAll()
    }
    return residual
  }

  private static func leastSquares(_ rows: Tensor<Double>, _ target: [Double]) -> [Double]? {
    guard rows.shape[0] <= rows.shape[1] else { return nil }
    return try? rows.transposed().leastSquares(Tensor(target)).elements
  }
}
