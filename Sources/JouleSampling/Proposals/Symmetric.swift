public import JouleCore
public import JouleRandom
public import JouleTensor

/// A symmetric proposal where one with densities is asked for: they are equal, and stated as zero.
public struct Symmetric<Walk: SymmetricProposal>: Proposal {
  public var walk: Walk

  public init(_ walk: Walk) { self.walk = walk }

  public func propose(
    from rows: Tensor<Walk.Scalar>, using random: ChainRandom,
    into proposed: inout Proposed<Walk.Scalar>
  ) {
    walk.propose(from: rows, using: random, into: &proposed.rows)
    proposed.logForward.fill(0)
    proposed.logReverse.fill(0)
  }

  public var defect: String? { walk.defect }

  public func makeAdaptation(variableCount: Int, steps: Int) -> Walk.Adaptation {
    walk.makeAdaptation(variableCount: variableCount, steps: steps)
  }

  public func adapted(
    to step: ProposalWarmUpStep<Walk.Scalar>, learning adaptation: inout Walk.Adaptation
  ) -> Symmetric {
    Symmetric(walk.adapted(to: step, learning: &adaptation))
  }
}
