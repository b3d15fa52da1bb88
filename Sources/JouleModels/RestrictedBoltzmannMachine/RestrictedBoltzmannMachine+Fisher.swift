public import JouleAlgebra
public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: BlockFisherModel {
  /// See `BlockFisherModel`. A block is a hidden unit's weights and bias, another one all visible biases.
  ///
  ///     F_j = Cov over samples of μⱼ(v) · (v, 1),   F_b = Cov of v
  ///
  /// N samples make matrices of rank N at most, so that with X the centred scores
  ///
  ///     (XᵀX/N + d I)⁻¹ g = (g − Xᵀ (X Xᵀ + N d I)⁻¹ X g) / d
  ///
  /// and the Gram matrices X Xᵀ of all units come from one of the samples. In Double.
  ///
  /// - Complexity: a factorisation of N³/3 operations a hidden unit, and two products.
  public func solveFisherBlocks(
    _ gradient: inout ParameterSet<Scalar>, samples: LatentRows<Scalar>, damping: Double,
    on workers: Workers
  ) {
    precondition(damping > 0, "the damping of a metric is above zero, got \(damping)")
    let rows = Tensor<Double>(samples.visible)
    let count = rows.shape[0]
    let gram = rows.matmul(rows.transposed())
    let shift = Double(count) * damping

    let weights = Tensor<Double>(gradient.entries[0].value)
    let bias = Tensor<Double>(gradient.entries[2].value)
    let projections = (rows.matmul(weights) + bias).transposed()
    let means = Tensor<Double>(samples.hiddenMean).transposed()
    var columns = (0..<hiddenCount).map { unit in
      FisherColumn(projection: projections.row(unit), factor: means.row(unit))
    }
    workers.mutateEach(&columns) { _, column in column.solve(gram + 1, shift: shift) }
    // Σ βₙ μⱼ(vₙ) (vₙ, 1) of every unit.
    let solved = Tensor(
      concatenating: columns.map { $0.solution.reshaped(to: [1, count]) }, along: 0)
    gradient.entries[0].value = Tensor(
      (weights - rows.transposed().matmul(solved.transposed())) / damping)
    gradient.entries[2].value = Tensor((bias - solved.sum(along: 1)) / damping)

    let visible = Tensor<Double>(gradient.entries[1].value)
    var column = FisherColumn(
      projection: rows.matmul(visible), factor: Tensor([count], repeating: 1))
    column.solve(gram, shift: shift)
    gradient.entries[1].value = Tensor(
      (visible - rows.transposed().matmul(column.solution)) / damping)
  }
}

/// One block's system, of as many unknowns as there are samples.
private struct FisherColumn: Sendable {
  /// g · (v, 1) of every sample.
  let projection: Tensor<Double>
  /// μⱼ of every sample.
  let factor: Tensor<Double>
  /// What the scores before centring are combined with, times ``factor``.
  var solution = Tensor<Double>(zeros: [0])

  init(projection: Tensor<Double>, factor: Tensor<Double>) {
    self.projection = projection
    self.factor = factor
  }

  mutating func solve(_ gram: Tensor<Double>, shift: Double) {
    let count = factor.count
    var matrix = gram * factor * factor.reshaped(to: [count, 1])
    // Centred on both sides: scores less their mean.
    matrix -= matrix.mean(along: 0)
    matrix -= matrix.mean(along: 1).reshaped(to: [count, 1])
    for row in 0..<count { matrix[row, row] += shift }
    var right = projection * factor
    right -= right.mean()
    guard
      let factored = try? Cholesky(factoring: matrix.elements.span, order: count),
      let found = try? factored.solve(right.elements.span)
    else {
      // Positive definite unless something is not finite, which the trainer finds and reports.
      solution = Tensor([count], repeating: .nan)
      return
    }
    let weights = Tensor(found)
    solution = (weights - weights.mean()) * factor
  }
}
