public import JouleTensor

/// An energy of binary variables that knows what flipping one of them costs.
public protocol LocalEnergy: EnergyModel {
  /// What flipping single variables costs.
  ///
  ///     ΔEᵢ(x) = E(x with xᵢ replaced by 1 − xᵢ) − E(x),   p(xᵢ | the rest of x) = σ(ΔEᵢ(x))
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, values in {0, 1}.
  ///   - sites: which variables to flip, one at a time; the same for every row.
  /// - Returns: `[batch, sites]`, in nats.
  func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar>
}
