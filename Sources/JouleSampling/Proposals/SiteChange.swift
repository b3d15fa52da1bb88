public import JouleCore
public import JouleRandom
public import JouleTensor

/// Gives one variable another of its values: every chain chooses the variable, then the value, each as
/// likely. For Potts and other variables of several values.
public struct SiteChange<Scalar: TensorScalar>: EnumerableSymmetricProposal {
  /// What each variable may be.
  public let values: [[Scalar]]

  /// - Parameter values: at least two different ones for each variable.
  public init(values: [[Scalar]]) {
    precondition(
      !values.isEmpty && values.allSatisfy { $0.count > 1 && Set($0).count == $0.count },
      "a variable that changes has at least two different values, got \(values)")
    self.values = values
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>
  ) {
    precondition(
      rows.shape[1] == values.count,
      "values of \(values.count) variables for rows of \(rows.shape[1])")
    proposed.assign(rows)
    let sites = SiteChoice.indices(
      below: values.count, chains: rows.shape[0], count: 1, using: random)
    let uniforms = Tensor<Double>(uniform: [rows.shape[0]], using: random, draw: 1)
    change(sites, uniforms.elements, of: &proposed)
  }

  public func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar> {
    var rows: [Tensor<Scalar>] = []
    var probabilities: [Double] = []
    for (site, own) in values.enumerated() {
      let others = own.filter { $0 != row[site] }
      for value in others {
        var changed = row
        changed[site] = value
        rows.append(changed)
        probabilities.append(1 / Double(values.count * others.count))
      }
    }
    return ProposalOutcomes(rows: Tensor(stacking: rows), probabilities: probabilities)
  }

  /// A value that a variable does not have is left for any of its values.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func change(_ sites: [Int], _ uniforms: [Double], of rows: inout Tensor<Scalar>) {
    for row in sites.indices {
      let others = values[sites[row]].filter { $0 != rows[row, sites[row]] }
      let choice = min(Int(uniforms[row] * Double(others.count)), others.count - 1)
      rows[row, sites[row]] = others[choice]
    }
  }
}
