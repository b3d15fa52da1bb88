public import JouleAlgebra
public import JouleTensor

/// A latent-variable model whose gradient can be taken in centred parameters.
///
/// Centring replaces v by v − μ and h by h − λ in the energy. The distributions that can be expressed
/// are the same; the gradient points elsewhere, and is the same for data and for flipped data.
/// Parameters stay uncentred: only the gradient is transformed, for SGD exactly as if the model were
/// centred and converted back after the step.
///
/// Reference: J. Melchior, A. Fischer, L. Wiskott, How to center deep Boltzmann machines, JMLR 17 (2016),
/// eq. 5–9 and algorithm 1.
public protocol CenterableModel: LatentVariableModel {
  /// A weighted sum of energy gradients in centred parameters, converted to the uncentred ones.
  ///
  /// Arguments as in `accumulateGradient(of:into:scalingPreviousBy:on:)`.
  ///
  /// - Parameter offsets: μ and λ.
  /// - Precondition: the terms' weights sum to zero, as in data minus model.
  func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers)
}

/// What centring subtracts from the variables.
public struct CenteringOffsets<Scalar: TensorScalar>: Sendable, Equatable {
  /// μ, `[variables]`.
  public var visible: Tensor<Scalar>
  /// λ, `[hidden]`.
  public var hidden: Tensor<Scalar>

  public init(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) {
    self.visible = visible
    self.hidden = hidden
  }
}
