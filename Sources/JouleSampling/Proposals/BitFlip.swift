public import JouleCore
public import JouleRandom
public import JouleTensor

/// Flips some binary variables, chosen anew by every chain: one, or several at once.
///
///     x′ = x but for k sites, every set of k as likely
public struct BitFlip<Scalar: TensorScalar>: EnumerableSymmetricProposal {
  /// k.
  public let count: Int
  private let sum: Scalar

  /// - Parameters:
  ///   - count: k, at least 1.
  ///   - values: the two values of a variable.
  public init(count: Int = 1, values: (Scalar, Scalar) = (0, 1)) {
    precondition(count > 0, "a flip changes at least one variable, got \(count)")
    self.count = count
    sum = values.0 + values.1
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    precondition(
      count <= rows.shape[1], "\(count) flips in rows of \(rows.shape[1]) variables")
    proposed.assign(rows)
    let sites = SiteChoice.subsets(
      below: rows.shape[1], chains: rows.shape[0], count: count, using: random)
    SiteChoice.flip(sites, perRow: count, of: &proposed, sum: sum)
  }

  public func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar> {
    let sets = SiteChoice.allSubsets(below: row.count, count: count)
    var rows = Tensor(stacking: sets.map { _ in row })
    SiteChoice.flip(sets.flatMap { $0 }, perRow: count, of: &rows, sum: sum)
    return ProposalOutcomes(rows: rows)
  }
}

/// Flips all variables of a block, which every chain chooses anew among given ones.
public struct BlockFlip<Scalar: TensorScalar>: EnumerableSymmetricProposal {
  public let blocks: [[Int]]
  private let sum: Scalar

  /// - Parameters:
  ///   - blocks: numbers of variables; each block is as likely. They may overlap.
  ///   - values: the two values of a variable.
  public init(blocks: [[Int]], values: (Scalar, Scalar) = (0, 1)) {
    precondition(
      !blocks.isEmpty && blocks.allSatisfy { !$0.isEmpty && Set($0).count == $0.count },
      "blocks to flip hold variables, each once; got \(blocks)")
    self.blocks = blocks
    sum = values.0 + values.1
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    proposed.assign(rows)
    flip(
      SiteChoice.indices(below: blocks.count, chains: rows.shape[0], count: 1, using: random),
      of: &proposed)
  }

  public func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar> {
    var rows = Tensor(stacking: blocks.map { _ in row })
    flip(Array(blocks.indices), of: &rows)
    return ProposalOutcomes(rows: rows)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func flip(_ choices: [Int], of rows: inout Tensor<Scalar>) {
    for row in choices.indices {
      for site in blocks[choices[row]] { rows[row, site] = sum - rows[row, site] }
    }
  }
}
