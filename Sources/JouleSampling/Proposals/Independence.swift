public import JouleCore
public import JouleRandom
public import JouleTensor

/// Proposals that do not depend on where the chain is.
///
///     x′ ~ g,   q(x′|x) = g(x′),   q(x|x′) = g(x)
///
/// Good where g is everywhere at least about as wide as the target: then the chain forgets where it was at
/// a rate that the worst p/g sets. A chain outside the support of g stays there for ever.
///
/// Reference: L. Tierney, Markov chains for exploring posterior distributions, Annals of Statistics 22
/// (1994), §2.3.3.
public struct Independence<Distribution: TractableDistribution>: Proposal {
  public let distribution: Distribution

  public init(_ distribution: Distribution) { self.distribution = distribution }

  public func propose(
    from rows: Tensor<Distribution.Scalar>, using random: ChainRandom,
    into proposed: inout Proposed<Distribution.Scalar>
  ) {
    distribution.sample(using: random, into: &proposed.rows)
    proposed.logForward = distribution.logDensity(of: proposed.rows)
    proposed.logReverse = distribution.logDensity(of: rows)
  }
}

extension Independence: EnumerableProposal where Distribution: EnumerableDistribution {
  public func outcomes(
    from row: Tensor<Distribution.Scalar>
  ) -> ProposalOutcomes<Distribution.Scalar> {
    let rows = distribution.support
    let logDensities = distribution.logDensity(of: rows)
    var proposed = Proposed<Distribution.Scalar>(shape: rows.shape)
    proposed.rows = rows
    proposed.logForward = logDensities
    proposed.logReverse.fill(distribution.logDensity(of: row.reshaped(to: [1, row.count]))[0])
    return ProposalOutcomes(proposed, probabilities: distribution.supportProbabilities)
  }
}
