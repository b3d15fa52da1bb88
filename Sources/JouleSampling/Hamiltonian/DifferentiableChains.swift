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
  mutating func restart<Model: DifferentiableEnergy>(_ model: Model, at rows: Tensor<Scalar>)
  where Model.Scalar == Scalar {
    move(model, to: rows)
    evaluate(model)
  }

  /// The same, with the gradients in the parameters if the model has them of one evaluation.
  mutating func restartSummingGradients<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Scalar>
  ) -> ParameterSums<Scalar>? where Model.Scalar == Scalar {
    move(model, to: rows)
    guard let found = model.jointGradients(at: rows, into: &gradient) else {
      evaluate(model)
      return nil
    }
    energies = Tensor<Double>(found.energies).elements
    return found.sums
  }

  private mutating func move<Model: DifferentiableEnergy>(_ model: Model, to rows: Tensor<Scalar>)
  where Model.Scalar == Scalar {
    model.requireRows(rows)
    if rows.shape == self.rows.shape {
      self.rows.copyElements(of: rows)
    } else {
      self.rows = rows
      gradient = Tensor(zeros: rows.shape)
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
