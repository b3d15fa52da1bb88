import JouleAlgebra
public import JouleCore
public import JouleTensor

extension RestrictedBoltzmannMachine: LocalEnergy {
  /// The free energy of every visible row.
  ///
  ///     F(v) = −log Σ_h exp(−E(v, h)) = −bᵀv − Σⱼ softplus(cⱼ + (vᵀW)ⱼ)
  ///
  /// - Parameter rows: v, `[batch, visible]`, values in {0, 1} or means in [0, 1].
  /// - Returns: `[batch]`, in nats.
  /// - Complexity: 2·batch·n·m flops.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let sums = softplusSums(of: hiddenInput(of: rows), bias: hiddenBias)
    return -(rows.matmul(visibleBias) + Tensor<Scalar>(sums))
  }

  /// E(v, h) = −vᵀWh − bᵀv − cᵀh of paired rows.
  ///
  /// - Parameters:
  ///   - visible: `[batch, visible]`.
  ///   - hidden: `[batch, hidden]`.
  /// - Returns: `[batch]`, in nats.
  public func jointEnergy(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(visible)
    precondition(
      hidden.shape == [visible.shape[0], hiddenCount],
      "hidden rows have shape \(hidden.shape), expected \([visible.shape[0], hiddenCount])")
    let coupling = (hiddenInput(of: visible) * hidden).sum(along: 1)
    return -(coupling + visible.matmul(visibleBias) + hidden.matmul(hiddenBias))
  }

  /// −log Σ_v exp(−E(v, h)) = −cᵀh − Σᵢ softplus(bᵢ + (Wh)ᵢ): the free energy of the hidden units.
  ///
  /// - Parameter hidden: `[batch, hidden]`.
  /// - Returns: `[batch]`, in nats.
  public func hiddenFreeEnergy(of hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    let sums = softplusSums(of: visibleInput(of: hidden), bias: visibleBias)
    return -(hidden.matmul(hiddenBias) + Tensor<Scalar>(sums))
  }

  /// ΔF of flipping single visible units; see `LocalEnergy`.
  ///
  /// - Complexity: one product for the batch, then batch·sites·m softplus.
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    let input = hiddenInput(of: rows)
    let resting = softplusSums(of: input, bias: hiddenBias)
    var result = Tensor<Scalar>(zeros: [rows.shape[0], sites.count])
    var sum = Tensor<Double>(zeros: [1])
    for (column, site) in sites.enumerated() {
      let weightsOfSite = weights.row(site)
      let rising = hiddenBias + weightsOfSite
      let falling = hiddenBias - weightsOfSite
      for row in 0..<rows.shape[0] {
        let isOn = rows[row, site] > 0.5
        VectorKernels.best.softplusRowSums(
          input.elements.span.extracting(row * hiddenCount..<(row + 1) * hiddenCount),
          bias: (isOn ? falling : rising).elements.span, columns: hiddenCount,
          scale: 1, into: sum.elements.mutableSpan)
        let change = Scalar(sum[0] - resting[row])
        result[row, column] = (isOn ? visibleBias[site] : -visibleBias[site]) - change
      }
    }
    return result
  }

  /// Σⱼ softplus(scale (biasⱼ + xⱼ)) of every row, summed in Double.
  func softplusSums(
    of input: Tensor<Scalar>, bias: Tensor<Scalar>, scale: Scalar = 1
  ) -> Tensor<Double> {
    var sums = Tensor<Double>(zeros: [input.shape[0]])
    VectorKernels.best.softplusRowSums(
      input.elements.span, bias: bias.elements.span, columns: bias.count, scale: scale,
      into: sums.elements.mutableSpan)
    return sums
  }
}
