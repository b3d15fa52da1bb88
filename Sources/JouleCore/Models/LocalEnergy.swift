public import JouleRandom
public import JouleTensor

/// An energy of binary variables that knows what flipping one of them costs.
public protocol LocalEnergy<Scalar>: DiscreteEnergy {
  /// What flipping single variables costs.
  ///
  ///     ΔEᵢ(x) = E(x with xᵢ replaced by its other value) − E(x),   p(xᵢ | the rest of x) = σ(ΔEᵢ(x))
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, values in {0, 1}, or those of `values(ofSite:)`.
  ///   - sites: which variables to flip, one at a time; the same for every row.
  /// - Returns: `[batch, sites]`, in nats.
  func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar>
}

extension LocalEnergy {
  public func values(ofSite site: Int) -> [Scalar] { [0, 1] }

  /// 0 for the value that a site has, ΔE for the other.
  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    SiteDraw.conditionalEnergies(
      ofFlips: flipEnergies(of: rows, sites: sites), rows: rows, sites: sites,
      lower: sites.map { values(ofSite: $0)[0] })
  }

  /// Flips with the probability σ(−β ΔE).
  public func resample(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int? {
    SiteDraw.flip(
      sites, of: &rows,
      energies: flipEnergies(of: rows, sites: sites).scaledAsEnergies(by: beta),
      values: sites.map(values(ofSite:)), using: random)
  }
}
