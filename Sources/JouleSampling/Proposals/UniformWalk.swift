public import JouleCore
public import JouleRandom
public import JouleTensor

/// A uniform random walk: a step into the box around where the chain is.
///
///     x′ = x + (2u − 1) w,   u uniform in [0, 1)ⁿ,   w the half width of each side
public struct UniformWalk<Scalar: TensorScalar>: SymmetricProposal {
  /// w, `[variables]`, or `[1]` for all alike.
  public let halfWidths: Tensor<Scalar>

  public let defect: String?

  /// The same half width on every side.
  public init(halfWidth: Scalar) { self.init(halfWidths: Tensor([halfWidth])) }

  /// - Parameter halfWidths: `[variables]`.
  public init(halfWidths: Tensor<Scalar>) {
    precondition(
      halfWidths.rank == 1, "half widths are a vector, got shape \(halfWidths.shape)")
    self.halfWidths = halfWidths
    let wrong = halfWidths.elements.first { !($0 > 0 && $0.isFinite) }
    defect = wrong.map {
      "a half width of the uniform walk is \($0), expected positive finite numbers"
    }
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
