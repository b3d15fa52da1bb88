public import JouleTensor

/// An energy with a gradient in its variables, as Langevin and Hamiltonian samplers need it.
///
/// For binary variables it is the gradient of the energy continued to real ones, as
/// Gibbs-with-gradients needs it.
public protocol DifferentiableEnergy<Scalar>: EnergyModel {
  /// The energy and its gradient at every row, together: they share most of their work.
  ///
  ///     gradient[r, i] ← ∂E/∂xᵢ at row r
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - gradient: `[batch, variables]`, overwritten.
  /// - Returns: the energies, `[batch]`, in nats.
  func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar>

  /// The gradient alone at every row, where nobody asks for the energy: on the way of a trajectory.
  ///
  /// It has to be the gradient that ``energy(of:gradient:)`` gives, which is called by default.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - gradient: `[batch, variables]`, overwritten.
  func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>)
}

extension DifferentiableEnergy {
  /// ∂E/∂x at every row, `[batch, variables]`.
  public func energyGradient(at rows: Tensor<Scalar>) -> Tensor<Scalar> {
    var gradient = Tensor<Scalar>(zeros: rows.shape)
    energyGradient(at: rows, into: &gradient)
    return gradient
  }

  public func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>) {
    _ = energy(of: rows, gradient: &gradient)
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    var gradient = Tensor<Scalar>(zeros: rows.shape)
    return energy(of: rows, gradient: &gradient)
  }
}
