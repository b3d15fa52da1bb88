public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// Ratio matching, score matching's counterpart for binary data: no Z, no samples, n + 1 energies a row.
///
///     L = E_data Σᵢ σ(E(x) − E(x̄ⁱ))²,   x̄ⁱ is x with xᵢ flipped
///     ∂L/∂θ = E_data Σᵢ 2 sᵢ² (1 − sᵢ) (∂E(x)/∂θ − ∂E(x̄ⁱ)/∂θ),   sᵢ = σ(E(x) − E(x̄ⁱ))
///
/// Consistent: its minimum is at the data's distribution where the model can be that.
///
/// References: A. Hyvärinen, Some extensions of score matching, Computational Statistics & Data Analysis 51
/// (2007), §4; S. Lyu, Interpretation and generalization of score matching, UAI 2009, §4.
public struct RatioMatching<Model: ParametricEnergy>: ObjectiveEstimator {
  /// Rows that are flipped and held at one time.
  private static var blockSize: Int { 8192 }

  /// For variables that are 0 or 1.
  public init() {}

  /// Some rows with one variable flipped, and what the flip costs.
  private struct Flip: Sendable {
    let rows: Range<Int>
    let variable: Int
    var flipped: Tensor<Model.Scalar>
    /// E(x) − E(x̄ⁱ).
    var differences: [Double] = []
  }

  /// Calls `body` with the flips of some variables at a time, all rows of each.
  private func forEachBlock(
    _ model: Model, at batch: Tensor<Model.Scalar>, on workers: Workers, _ body: ([Flip]) -> Void
  ) {
    let ranges = RowPieces.ranges(batch.shape[0])
    let most = Swift.max(1, Self.blockSize / Swift.max(1, batch.shape[0]))
    var pieces = ranges.map { (rows: $0, energies: [Double]()) }
    workers.mutateEach(&pieces) { _, piece in
      piece.energies = Tensor<Double>(model.energy(of: batch.rows(piece.rows))).elements
    }
    let energies = pieces.flatMap(\.energies)
    for first in stride(from: 0, to: model.variableCount, by: most) {
      var flips = (first..<Swift.min(first + most, model.variableCount)).flatMap { variable in
        ranges.map { Flip(rows: $0, variable: variable, flipped: Tensor(zeros: [0, 0])) }
      }
      workers.mutateEach(&flips) { _, flip in
        flip.flipped = batch.rows(flip.rows)
        for row in 0..<flip.rows.count {
          flip.flipped[row, flip.variable] = 1 - flip.flipped[row, flip.variable]
        }
        let after = model.energy(of: flip.flipped)
        flip.differences = flip.rows.enumerated().map { energies[$1] - Double(after[$0]) }
      }
      body(flips)
    }
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let weight = 1 / Model.Scalar(batch.shape[0])
    var total = [Double](repeating: 0, count: batch.shape[0])
    var kept: Model.Scalar = 0
    forEachBlock(model, at: batch, on: workers) { flips in
      let terms = flips.map { flip in
        let s = Tensor(flip.differences).logistic()
        let factors = s.squared() * (1 - s) * 2
        for (place, row) in flip.rows.enumerated() { total[row] += factors[place] }
        return GradientTerm<Model>(
          model.complete(flip.flipped), weight: -weight,
          rowWeights: Tensor<Model.Scalar>(factors))
      }
      model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: kept, on: workers)
      kept = 1
    }
    let terms = RowPieces.ranges(batch.shape[0]).map { rows in
      GradientTerm<Model>(
        model.complete(batch.rows(rows)), weight: weight,
        rowWeights: Tensor(total[rows].map { Model.Scalar($0) }))
    }
    model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: 1, on: workers)
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    var sum = 0.0
    forEachBlock(model, at: batch, on: workers) { flips in
      for flip in flips { sum += Tensor(flip.differences).logistic().squared().sum() }
    }
    return sum / Double(batch.shape[0])
  }
}
