package import JouleCore
package import JouleRandom
package import JouleTensor

/// Points in phase space, one a row, and the leapfrog that moves them.
///
///     z ← z − ½ε Lᵀ∇E(x),   x ← x + ε L z,   z ← z − ½ε Lᵀ∇E(x)
///
/// with momenta z as in `EuclideanMetric`. The map keeps volume and is undone by the step −ε; the error of
/// the energy over a trajectory is O(ε²). Every row has a step of its own.
///
/// Reference: R. Neal, MCMC using Hamiltonian dynamics, arXiv:1206.1901, eq. 2.28–2.30.
package struct PhaseBatch<Scalar: TensorScalar>: Sendable {
  /// x, z and ∂E/∂x, `[rows, variables]`.
  package var position: Tensor<Scalar>
  package var momentum: Tensor<Scalar>
  package var gradient: Tensor<Scalar>
  /// Running sums of momenta, `[rows, variables]`; without rows where nobody asked for them.
  var momentumSum: Tensor<Scalar>
  /// E(x), one a row.
  package var energies: [Double] = []
  /// ½|z|², one a row.
  package var kineticEnergies: [Double] = []
  /// ½|z|² between kick and drift of the last leapfrog, one a row; empty where nobody asked.
  var midwayKineticEnergies: [Double] = []
  /// Lᵀ∇E or L z of a dense mass.
  private var scratch: Tensor<Scalar>

  let variableCount: Int
  private let sumsMomenta: Bool

  package init(rows: Int, variableCount: Int, sumsMomenta: Bool = false) {
    self.variableCount = variableCount
    self.sumsMomenta = sumsMomenta
    position = Tensor(zeros: [rows, variableCount])
    momentum = position
    gradient = position
    momentumSum = Tensor(zeros: [sumsMomenta ? rows : 0, variableCount])
    scratch = Tensor(zeros: [0, variableCount])
  }

  var count: Int { position.shape[0] }

  /// Makes room for so many rows; what they hold means nothing afterwards.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func setCount(_ count: Int) {
    guard count != self.count else { return }
    position.setRowCount(count)
    momentum.setRowCount(count)
    gradient.setRowCount(count)
    if sumsMomenta { momentumSum.setRowCount(count) }
  }

  /// Drops a row; the last takes its place. Energies stay as they were: every step finds them anew.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func removeRow(_ row: Int) {
    position.removeRowBySwap(row)
    momentum.removeRowBySwap(row)
    gradient.removeRowBySwap(row)
    if sumsMomenta { momentumSum.removeRowBySwap(row) }
  }

  /// Fresh momenta: row r draws as chain r.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func drawMomenta(using random: ChainRandom) {
    momentum.fillNormal(using: random)
    kineticEnergies = [Double](repeating: 0, count: count)
    momentum.rowSquares(into: &kineticEnergies)
    for row in kineticEnergies.indices { kineticEnergies[row] /= 2 }
  }

  /// One leapfrog step of every row.
  ///
  /// - Parameter steps: ε of each row, negative to go backwards.
  package mutating func leapfrog<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, steps: [Double]
  ) where Model.Scalar == Scalar {
    leapfrog(model, metric, steps: steps, count: 1)
  }

  /// So many leapfrog steps of every row. The second half kick of a step and the first of the next are one;
  /// only the last point is asked for its energy.
  package mutating func leapfrog<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, steps: [Double], count: Int
  ) where Model.Scalar == Scalar {
    let halves = steps.map { $0 / 2 }
    for number in 0..<count {
      kickDrift(metric, kicks: number == 0 ? halves : steps, drifts: steps)
      if number < count - 1 {
        model.energyGradient(at: position, into: &gradient)
      } else {
        evaluate(model)
      }
    }
    finalKick(metric, kicks: halves)
  }

  /// Energies and gradients of where the rows are.
  package mutating func evaluate<Model: DifferentiableEnergy>(_ model: Model)
  where Model.Scalar == Scalar {
    let found = model.energy(of: position, gradient: &gradient)
    if energies.count != count { energies = [Double](repeating: 0, count: count) }
    found.widen(into: &energies)
  }

  /// z ← z − kick Lᵀ∇E, then x ← x + drift L z.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func kickDrift(
    _ metric: EuclideanMetric<Scalar>, kicks: [Double], drifts: [Double]
  ) {
    if sumsMomenta, midwayKineticEnergies.count != count {
      midwayKineticEnergies = [Double](repeating: 0, count: count)
    }
    if let factor = metric.factor {
      formForce(factor)
      var (noSum, noSquares) = (Tensor<Scalar>(zeros: [0]), [Double]())
      momentum.addScaledRows(
        scratch, factors: kicks.map { -$0 }, total: &noSum, squares: &midwayKineticEnergies)
      Tensor.multiply(momentum, factor, .transposed, into: &scratch)
      position.addScaledRows(scratch, factors: drifts, total: &noSum, squares: &noSquares)
    } else {
      Tensor.kickDrift(
        &position, &momentum, gradient: gradient, scale: metric.scale, kicks: kicks,
        drifts: drifts, squares: &midwayKineticEnergies)
    }
    for row in midwayKineticEnergies.indices { midwayKineticEnergies[row] /= 2 }
  }

  /// z ← z − kick Lᵀ∇E, with the kinetic energies and sums that come after it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func finalKick(_ metric: EuclideanMetric<Scalar>, kicks: [Double]) {
    if kineticEnergies.count != count {
      kineticEnergies = [Double](repeating: 0, count: count)
    }
    let factors = kicks.map { -$0 }
    if let factor = metric.factor {
      formForce(factor)
      momentum.addScaledRows(
        scratch, factors: factors, total: &momentumSum, squares: &kineticEnergies)
    } else {
      momentum.addScaledRows(
        gradient, scale: metric.scale, factors: factors, total: &momentumSum,
        squares: &kineticEnergies)
    }
    for row in kineticEnergies.indices { kineticEnergies[row] /= 2 }
  }

  /// scratch ← Lᵀ∇E of every row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func formForce(_ factor: Tensor<Scalar>) {
    scratch.setRowCount(count)
    Tensor.multiply(gradient, factor, into: &scratch)
  }
}
