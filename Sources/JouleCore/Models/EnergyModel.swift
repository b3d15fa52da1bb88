public import JouleTensor

/// A probability model defined by its energy alone.
///
///     p(x) = exp(−E(x)) / Z,    Z = Σₓ exp(−E(x))
///
/// E is the energy: lower is likelier. Where a text writes p(x) ∝ exp(f(x)), f is −E. For a model with
/// latent variables E(x) is the free energy of the visible variables, the latent ones summed out.
public protocol EnergyModel<Scalar>: Sendable {
  /// The number type of the model's parameters and variables.
  associatedtype Scalar: TensorScalar

  /// The number of (visible) variables in a row.
  var variableCount: Int { get }

  /// The energy of every row.
  ///
  ///     E(x), in nats, up to the constant log Z
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`.
  /// - Precondition: `rows.shape[1] == variableCount`.
  func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar>

  /// Why the energy of a row came out as NaN, where the model knows; for the message of a fault.
  ///
  /// - Parameter row: `[variables]`.
  func faultReason(at row: Tensor<Scalar>) -> String?
}

extension EnergyModel {
  public func faultReason(at row: Tensor<Scalar>) -> String? { nil }

  /// The log-probability ratio of paired rows, which needs no partition function.
  ///
  ///     log p(x) − log p(x′) = E(x′) − E(x)
  ///
  /// - Parameters:
  ///   - rows: x, `[batch, variables]`.
  ///   - reference: x′, `[batch, variables]`.
  /// - Returns: `[batch]`, in nats.
  public func logRatio(
    of rows: Tensor<Scalar>, over reference: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    precondition(
      rows.shape == reference.shape,
      "logRatio pairs rows: got shapes \(rows.shape) and \(reference.shape)")
    return energy(of: reference) - energy(of: rows)
  }

  /// Stops a program that passes rows of a width that the model does not have.
  public func requireRows(_ rows: Tensor<Scalar>, function: StaticString = #function) {
    precondition(
      rows.rank == 2 && rows.shape[1] == variableCount,
      "\(function) takes rows of shape [batch, \(variableCount)], got \(rows.shape)")
  }
}
