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

  /// The energy, its gradient at every row, and its gradients in the parameters, of one evaluation. By default there is
  /// none that gives them all.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - gradient: `[batch, variables]`, overwritten.
  /// - Returns: nil, with the gradient as it was, for a model without parameters, or that would evaluate twice.
  func jointGradients(
    at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>
  ) -> (energies: Tensor<Scalar>, sums: ParameterSums<Scalar>)?
}

/// Sums of an energy's gradients in its parameters over rows.
public struct ParameterSums<Scalar: TensorScalar>: Sendable {
  /// θ: where the gradients are taken.
  public let parameters: ParameterSet<Scalar>
  /// Σᵢ ∂E(xᵢ)/∂θ, in the order of the parameters.
  public var values: [Tensor<Scalar>]

  public init(of parameters: ParameterSet<Scalar>, _ values: [Tensor<Scalar>]) {
    self.parameters = parameters
    self.values = values
  }
}

extension DifferentiableEnergy {
  public func jointGradients(
    at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>
  ) -> (energies: Tensor<Scalar>, sums: ParameterSums<Scalar>)? { nil }

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
