public import JouleCore
public import JouleRandom
public import JouleTensor

/// A proposal that changes some variables only: Metropolis-within-Gibbs, when kernels with different blocks
/// are cycled.
///
///     x′ = x outside the block;   x′ in the block from a proposal that sees the block alone
public struct RestrictedProposal<Block: Proposal>: Proposal {
  public let block: Block
  /// The variables of the block.
  public let variables: [Int]

  /// - Parameter variables: different columns of the rows; the block's proposal sees them in this order.
  public init(_ block: Block, to variables: [Int]) {
    precondition(
      !variables.isEmpty && Set(variables).count == variables.count,
      "a block holds variables, each once; got \(variables)")
    self.block = block
    self.variables = variables
  }

  public init<Walk: SymmetricProposal>(
    _ block: Walk, to variables: [Int]
  ) where Block == Symmetric<Walk> {
    self.init(Symmetric(block), to: variables)
  }

  public func propose(
    from rows: Tensor<Block.Scalar>, using random: ChainRandom,
    into proposed: inout Proposed<Block.Scalar>
  ) {
    let part = SiteChoice.columns(variables, of: rows)
    var change = Proposed<Block.Scalar>(shape: part.shape)
    block.propose(from: part, using: random, into: &change)
    proposed.rows.assign(rows)
    SiteChoice.place(change.rows, at: variables, of: &proposed.rows)
    proposed.logForward = change.logForward
    proposed.logReverse = change.logReverse
  }

  public var defect: String? { block.defect }

  public func makeAdaptation(variableCount: Int, steps: Int) -> Block.Adaptation {
    block.makeAdaptation(variableCount: variables.count, steps: steps)
  }

  public func adapted(
    to step: ProposalWarmUpStep<Block.Scalar>, learning adaptation: inout Block.Adaptation
  ) -> RestrictedProposal {
    let part = ProposalWarmUpStep(
      index: step.index, count: step.count,
      rows: step.rows.map { SiteChoice.columns(variables, of: $0) },
      meanAcceptance: step.meanAcceptance)
    return RestrictedProposal(block.adapted(to: part, learning: &adaptation), to: variables)
  }
}
