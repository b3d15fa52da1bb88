public import JouleCore
public import JouleRandom
public import JouleTensor

/// A uniform random walk: a step into the box around where the chain is.
///
///     x′ = x + (2u − 1) w,   u uniform in [0, 1)ⁿ,   w the half width of each side
public struct UniformWalk<Scalar: TensorScalar>: SymmetricProposal {
  /// w, `[variables]`, or `[1]` for all alike.
  public let halfWidths: Tensor<Scalar>

  /// - Precondition: the width is positive and finite.
  public init(halfWidth: Scalar) { self.init(halfWidths: Tensor([halfWidth])) }

  /// - Precondition: every width is positive and finite.
  public init(halfWidths: Tensor<Scalar>) {
    precondition(
      halfWidths.rank == 1 && halfWidths.elements.allSatisfy { $0 > 0 && $0.isFinite },
      "a uniform walk's half widths are a vector of positive and finite numbers, got \(halfWidths)")
    self.halfWidths = halfWidths
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    proposed.fillUniform(using: random)
    proposed.scale(by: 2)
    proposed -= 1
    proposed *= halfWidths
    proposed += rows
  }
}
