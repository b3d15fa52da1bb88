public import JouleTensor

/// A model of data rows that are only some columns of a larger machine's visible rows: the others are
/// latent, as the machine's hidden variables are.
///
///     p(v) = Σ_{u, h} p([v u], h),   p([v u], h) that of the machine
///
/// A layered machine is of this kind: v is its first layer, u the other even layers, h the odd ones. What
/// is known of the machine, block Gibbs sampling, annealing, enumeration, estimators of its gradient, serves
/// the deep model; what has to be added is what u might be where v is given.
public protocol DeepModel: ParametricEnergy where Completion == LatentRows<Scalar> {
  associatedtype Machine: LatentVariableModel where Machine.Scalar == Scalar
  /// What is latent, given a row of data, is a machine of two blocks again.
  associatedtype Conditional: LatentVariableModel & AnnealableModel
  where Conditional.Scalar == Scalar

  /// The joint model, with parameters of the same layout. The first columns of its visible rows are the
  /// data.
  var machine: Machine { get }

  /// [v, E_Q[u | v]] of every row, where Q(u, h | v) approximates what the machine says of u and h.
  ///
  /// - Parameter rows: v, `[batch, variables]`.
  /// - Returns: `[batch, machine.variableCount]`.
  func inferredRows(for rows: Tensor<Scalar>) -> Tensor<Scalar>

  /// p(u, h | v) of one row: its visible block is h, its hidden block u, and its log Z(v) makes the row's likelihood.
  ///
  ///     log p(v) = log Z(v) − U(v) − log Z
  ///
  /// - Parameter row: v, `[variables]`.
  /// - Precondition: the machine has latent columns; without them the energy of a row is exact.
  func conditioned(on row: Tensor<Scalar>) -> Conditional

  /// U(v) of every row: what of its energy depends on the data alone, `[batch]`, in nats.
  func dataEnergy(of rows: Tensor<Scalar>) -> Tensor<Double>
}

extension DeepModel {
  public func rows(of completion: LatentRows<Scalar>) -> Tensor<Scalar> {
    completion.visible.columns(0..<variableCount)
  }
}
