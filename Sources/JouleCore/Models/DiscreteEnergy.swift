public import JouleRandom
public import JouleTensor

/// An energy of variables that take a few values each, and that knows what the values of single ones
/// cost: what Gibbs sampling, colouring and annealing need.
///
/// A site is a variable, a column of the rows. Binary energies conform to `LocalEnergy`, and get all
/// of this from what a flip costs.
public protocol DiscreteEnergy<Scalar>: EnergyModel {
  /// The values that a site may take, at least two, in ascending order: [0, 1], [−1, 1], [0, 1, 2].
  func values(ofSite site: Int) -> [Scalar]

  /// The Markov blanket of a site: the sites, in ascending order and without itself, that its
  /// conditional distribution depends on.
  ///
  ///     p(xᵢ | all others) = p(xᵢ | blanket)
  ///
  /// More sites than needed are no mistake; too few are: chromatic sweeps then sample something else.
  /// Blankets are mutual: j is in that of i where i is in that of j.
  func markovBlanket(ofSite site: Int) -> [Int]

  /// What every value of a site would cost, the others as they are.
  ///
  ///     result[r, s, k] = E(x with x_site = value k) + a constant of row r and site s
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, each value one of its site's.
  ///   - sites: s, the same for every row.
  /// - Returns: `[batch, sites, values]` in nats, with as many values as the richest of the sites has;
  ///   those that a site lacks are +∞.
  func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar>

  /// Draws sites from their conditional distributions at inverse temperature β, in place.
  ///
  ///     x_site ~ p_β(x_site | the rest of x),   p_β(x) ∝ exp(−β E(x))
  ///
  /// A model that can do it faster than by `conditionalEnergies` implements it.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, changed at the sites.
  ///   - random: row r draws as chain r of it; every call of a step has another one.
  /// - Returns: the first row at which an energy is NaN, where the draw means nothing; nil when all is
  ///   well.
  /// - Precondition: no site is in the blanket of another.
  func resample(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int?
}

extension DiscreteEnergy {
  /// All other sites: always right.
  public func markovBlanket(ofSite site: Int) -> [Int] {
    (0..<variableCount).filter { $0 != site }
  }

  public func resample(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int? {
    SiteDraw.resample(
      sites, of: &rows,
      energies: conditionalEnergies(of: rows, sites: sites).scaledAsEnergies(by: beta),
      values: sites.map(values(ofSite:)), using: random)
  }
}
