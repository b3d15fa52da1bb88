public import JouleCore
public import JouleTensor
import RealModule

/// The proportions of a mixture under which rows are likeliest, and how far from the best they may be.
public struct ProportionFit<Expert: EnergyModel>: Sendable {
  public let mixture: MixtureOfExperts<Expert>
  /// Σ w log p(x) / Σ w, in nats a row.
  public let meanLogLikelihood: Double
  /// By how much no proportions are better, in nats a row; see `fittingProportions`.
  public let gap: Double
  /// Steps that were made.
  public let iterations: Int
}

extension MixtureOfExperts {
  /// The same experts in the proportions of greatest likelihood, by expectation maximization.
  ///
  ///     πₘ ← Σᵢ wᵢ rₘ(xᵢ) / Σᵢ wᵢ,   rₘ(x) = πₘ pₘ(x) / p(x)
  ///
  /// The mean log-likelihood L is concave in π, so that there is one greatest value, no step lowers L, and how far it is
  /// from the greatest is known: by
  ///
  ///     L(π*) − L(π) ≤ ∇L(π)·(π* − π) ≤ maxₘ gₘ − 1,   gₘ = Σᵢ wᵢ pₘ(xᵢ)/p(xᵢ) / Σᵢ wᵢ
  ///
  /// An expert that is of no use loses its proportion step by step, and keeps a positive one. log Z of every expert
  /// has to be right: an error of it goes into its proportion.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, at least one; each possible to some expert.
  ///   - weights: w ≥ 0, one a row; nil means one each.
  ///   - iterations: steps at most.
  ///   - tolerance: ends where the bound is no larger, in nats a row.
  ///   - observer: is told L before every step, and the bound.
  /// - Returns: nil where some row is impossible to all experts, or an energy is NaN: then there is no likelihood.
  /// - Complexity: the energies of every row once, then O(rows · experts) a step.
  ///
  /// Reference: B. Lindsay, The geometry of mixture likelihoods, Annals of Statistics 11 (1983), §4 and §6.
  public func fittingProportions(
    to rows: Tensor<Scalar>, weights: [Double]? = nil, iterations: Int = 10_000,
    tolerance: Double = 1e-8,
    observer: ((_ meanLogLikelihood: Double, _ gap: Double) -> Void)? = nil
  ) -> ProportionFit<Expert>? {
    requireRows(rows)
    let weights = weights ?? [Double](repeating: 1, count: rows.shape[0])
    precondition(
      weights.count == rows.shape[0] && weights.allSatisfy { $0 >= 0 } && weights.reduce(0, +) > 0,
      "\(rows.shape[0]) rows have as many weights, none negative and some positive, got "
        + "\(weights.count)")
    let densities = logDensities(of: rows)
    let shares = Self.shares(of: weights)
    var found = self
    var step = 0
    while true {
      guard let (mean, slopes) = found.slopes(densities, shares) else { return nil }
      let gap = (slopes.max() ?? 1) - 1
      observer?(mean, gap)
      if gap <= tolerance || step == iterations {
        return ProportionFit(
          mixture: found, meanLogLikelihood: mean, gap: gap, iterations: step)
      }
      // π g is the mean responsibility. A proportion that underflows would never come back: it stays the least number.
      let next = zip(found.proportions, slopes).map {
        Swift.max($0 * $1, Double.leastNormalMagnitude)
      }
      found.setProportions(Self.shares(of: next))
      step += 1
    }
  }

  /// log pₘ of every row, `[batch, experts]`.
  private func logDensities(of rows: Tensor<Scalar>) -> Tensor<Double> {
    var densities = Tensor<Double>(zeros: [rows.shape[0], experts.count])
    for (index, expert) in experts.enumerated() {
      let energies = expert.energy(of: rows)
      for row in 0..<energies.count {
        densities[row, index] = -Double(energies[row]) - logPartitions[index]
      }
    }
    return densities
  }

  /// L and g of the present proportions; nil where they are not finite.
  private func slopes(
    _ densities: Tensor<Double>, _ shares: [Double]
  ) -> (mean: Double, slopes: [Double])? {
    let totals = (densities + Tensor(proportions.map { Double.log($0) })).logSumExp(along: 1)
    var mean = 0.0
    var slopes = [Double](repeating: 0, count: experts.count)
    for (row, share) in shares.enumerated() where share > 0 {
      mean += share * totals[row]
      for index in slopes.indices {
        slopes[index] += share * Double.exp(densities[row, index] - totals[row])
      }
    }
    return mean.isFinite && slopes.allSatisfy(\.isFinite) ? (mean, slopes) : nil
  }
}
