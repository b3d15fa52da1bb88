import JouleCore
public import JouleTensor

/// Chains of a differentiable energy: where they stand, with the energy and the gradient there, so that
/// a step need not compute them again.
public struct DifferentiableChains<Scalar: TensorScalar>: Sendable {
  /// x, `[chains, variables]`.
  public internal(set) var rows: Tensor<Scalar>
  /// ∂E/∂x, `[chains, variables]`.
  public internal(set) var gradient: Tensor<Scalar>
  /// E(x), one a chain, in nats.
  public internal(set) var energies: [Double]

  init<Model: DifferentiableEnergy>(_ model: Model, at rows: Tensor<Scalar>)
  where Model.Scalar == Scalar {
    self.rows = rows
    gradient = Tensor(zeros: rows.shape)
    energies = []
    restart(model, at: rows)
  }

  var count: Int { rows.shape[0] }
  var variableCount: Int { rows.shape[1] }

  /// Energies and gradients of where the chains stand.
  mutating func evaluate<Model: DifferentiableEnergy>(_ model: Model) where Model.Scalar == Scalar {
    energies = Tensor<Double>(model.energy(of: rows, gradient: &gradient)).elements
  }

  /// Moves the chains to given rows, in the storage that they have where it fits.
  ///
  /// - Parameter evaluate: gives energies and gradients, if somebody does beside the model.
  mutating func restart<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Scalar>,
    evaluatedBy evaluate: RowEvaluation<Scalar> = { _ in nil }
  ) where Model.Scalar == Scalar {
    model.requireRows(rows)
    if rows.shape == self.rows.shape {
      self.rows.copyElements(of: rows)
    } else {
      self.rows = rows
      gradient = Tensor(zeros: rows.shape)
    }
    if let found = evaluate(&gradient) {
      energies = Tensor<Double>(found).elements
    } else {
      self.evaluate(model)
    }
  }

  /// Why a chain cannot start from where it stands, if so.
  func startFault<Model: DifferentiableEnergy>(
    of chain: Int, _ model: Model
  ) -> TransitionFault.Reason? where Model.Scalar == Scalar {
    model.trajectoryFault(
      "its energy", energies[chain], gradient: gradient.row(chain), at: rows.row(chain))
  }
}
