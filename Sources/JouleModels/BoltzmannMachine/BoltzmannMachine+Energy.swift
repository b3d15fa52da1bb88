public import JouleCore
public import JouleTensor

extension BoltzmannMachine: EnergyModel {
  /// The free energy of the even layers, the odd ones summed out; with two layers that of the data.
  ///
  ///     F(v) = Σ_{l even} U_l(x^l) − Σ_{l odd} Γ_l(I_l),   summed in Double
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`, in nats.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(freeEnergies(of: rows, parity: 0))
  }

  /// The free energy of the odd layers, the even ones summed out.
  ///
  /// - Parameter hidden: `[batch, hidden]`.
  public func hiddenFreeEnergy(of hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(freeEnergies(of: hidden, parity: 1))
  }

  /// The free energy of the layers of one side, in Double.
  func freeEnergies(of block: Tensor<Scalar>, parity: Int) -> Tensor<Double> {
    unitEnergies(ofSide: parity, block)
      - logPartitions(ofSide: 1 - parity, input(toSide: 1 - parity, from: block))
  }

  public func jointEnergy(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(visible)
    precondition(
      hidden.shape == [visible.shape[0], hiddenCount],
      "hidden rows have shape \(hidden.shape), expected \([visible.shape[0], hiddenCount])")
    let coupling = Tensor<Double>(input(toSide: 1, from: visible) * hidden).sum(along: 1)
    return Tensor(
      unitEnergies(ofSide: 0, visible) + unitEnergies(ofSide: 1, hidden) - coupling)
  }
}
