public import JouleCore
public import JouleRandom
public import JouleTensor

/// Exchanges the values of two variables, every pair as likely: what keeps a sum or a composition fixed,
/// as Kawasaki dynamics does.
///
/// Alone it never leaves the rows with the same values in another order; in a cycle or mixture it may be
/// a part of a kernel that reaches all of them.
public struct Swap<Scalar: TensorScalar>: EnumerableSymmetricProposal {
  public init() {}

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    precondition(rows.shape[1] > 1, "a swap takes two variables, rows have \(rows.shape[1])")
    proposed.assign(rows)
    let pairs = SiteChoice.subsets(
      below: rows.shape[1], chains: rows.shape[0], count: 2, using: random)
    SiteChoice.swap(pairs, of: &proposed)
  }

  public func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar> {
    let pairs = SiteChoice.allSubsets(below: row.count, count: 2)
    var rows = Tensor(stacking: pairs.map { _ in row })
    SiteChoice.swap(pairs.flatMap { $0 }, of: &rows)
    return ProposalOutcomes(rows: rows)
  }
}
