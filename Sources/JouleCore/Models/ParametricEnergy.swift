public import JouleAlgebra
public import JouleTensor

/// An energy whose parameters can be learnt.
///
/// Maximum likelihood needs one thing of a model: the sum of ∂E/∂θ over weighted rows. The data term
/// and the model term of
///
///     ∂/∂θ (1/N) log p(data) = −E_data[∂E/∂θ] + E_model[∂E/∂θ]
///
/// are both of that form; they differ in the rows and in the sign of the weights.
public protocol ParametricEnergy: EnergyModel {
  /// Rows together with whatever ∂E/∂θ needs of them: for an RBM the hidden means given the rows, for
  /// a fully visible model the rows alone. Samplers compute these on their way; gradients reuse them.
  associatedtype Completion: Sendable

  /// θ. Replacing the values is how training moves the model.
  var parameters: ParameterSet<Scalar> { get set }

  /// Takes from a change of the parameters what leads out of where they are kept, such as a gauge; gradients have
  /// nothing of it. By default parameters go anywhere.
  func constrain(_ change: inout ParameterSet<Scalar>)

  /// Completes rows of shape `[batch, variables]`.
  func complete(_ rows: Tensor<Scalar>) -> Completion

  /// Completes some rows of a batch in place: what `completion` held is overwritten, its storage
  /// reused where it fits.
  func complete(
    _ range: Range<Int>, of batch: Tensor<Scalar>, into completion: inout Completion)

  /// The rows that were completed, `[batch, variables]`.
  func rows(of completion: Completion) -> Tensor<Scalar>

  /// A weighted sum of energy gradients, added to a scaled gradient.
  ///
  ///     gradient ← β gradient + Σ_t w_t Σᵢ r_tᵢ ∂E(x_tᵢ)/∂θ
  ///
  /// - Parameters:
  ///   - terms: the rows, each term with its weight w and optional row weights r.
  ///   - gradient: of the layout of `parameters`.
  ///   - scale: β; 0 overwrites whatever `gradient` held, NaN included.
  ///   - workers: the result does not depend on their number.
  func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers)
}

/// Completed rows and the weights that they carry in a sum of energy gradients.
public struct GradientTerm<Model: ParametricEnergy>: Sendable {
  public let completion: Model.Completion
  /// w: the factor of every row of the term.
  public let weight: Model.Scalar
  /// r: a factor a row, `[batch]`; nil means one.
  public let rowWeights: Tensor<Model.Scalar>?

  public init(
    _ completion: Model.Completion, weight: Model.Scalar, rowWeights: Tensor<Model.Scalar>? = nil
  ) {
    self.completion = completion
    self.weight = weight
    self.rowWeights = rowWeights
  }
}

extension ParametricEnergy {
  public func constrain(_ change: inout ParameterSet<Scalar>) {}

  public func complete(
    _ range: Range<Int>, of batch: Tensor<Scalar>, into completion: inout Completion
  ) {
    completion = complete(batch.rows(range))
  }

  /// The weighted sum of energy gradients at rows.
  ///
  ///     Σᵢ rᵢ ∂E(xᵢ)/∂θ
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - rowWeights: `[batch]`; nil means one each.
  public func gradient(
    at rows: Tensor<Scalar>, rowWeights: Tensor<Scalar>? = nil, on workers: Workers = .single
  ) -> ParameterSet<Scalar> {
    var sum = parameters.zeros()
    accumulateGradient(
      of: [GradientTerm(complete(rows), weight: 1, rowWeights: rowWeights)], into: &sum,
      scalingPreviousBy: 0, on: workers)
    return sum
  }
}

extension ParametricEnergy where Completion == Tensor<Scalar> {
  /// Rows that need nothing are complete as they are.
  public func rows(of completion: Tensor<Scalar>) -> Tensor<Scalar> { completion }
}
