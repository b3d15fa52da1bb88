public import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// Whether data look like the member that was fitted to them.
public struct GoodnessOfFit: Sendable, Equatable {
  public let discrepancy: Discrepancy
  /// The share of data sets, drawn from the member and fitted anew, that lie at least as far from their
  /// own fit. Nil where the family fits any data.
  public let pValue: Double?
  /// Data sets drawn.
  public let replicates: Int
}

extension FamilyFit where Family: SampledFamily {
  /// A parametric bootstrap: that the parameters were fitted to the same data is allowed for, which
  /// tables of the statistic's distribution do not do.
  ///
  ///     p = (1 + the number of replicates with D* ≥ D) / (1 + replicates)
  ///
  /// Reference: W. Stute, W. Gonzáles Manteiga, M. Presedo Quindimil, Bootstrap based goodness-of-fit-tests,
  /// Metrika 40 (1993), theorem 2.1.
  ///
  /// - Parameters:
  ///   - rows: the data of the fit, `[batch, variables]`.
  ///   - weights: of the fit; importance weights have no sampling distribution to draw from.
  ///   - replicates: data sets to draw; 0 gives the discrepancy without a p-value.
  ///   - workers: the result does not depend on their number.
  ///   - progress: called now and then with the fraction done.
  /// - Precondition: weights are equal or counts.
  public func goodnessOfFit(
    to rows: Tensor<Double>, weights: DataWeights = .equal, replicates: Int = 199, key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) -> GoodnessOfFit {
    let each: [Double]
    switch weights {
    case .equal: each = [Double](repeating: 1, count: rows.shape[0])
    case .counts(let counts): each = counts
    case .importance:
      preconditionFailure("goodness of fit needs data that were drawn: weights are importance")
    }
    let family = model.family
    let observed = family.discrepancy(
      of: rows, weights: each, at: model.naturalParameters,
      using: ChainRandom(key: key.folded("reference")))
    // With as many free parameters as cells less one, every data set is fitted perfectly.
    if let cells = observed.cellCount, cells - 1 <= family.statisticCount {
      return GoodnessOfFit(discrepancy: observed, pValue: nil, replicates: 0)
    }
    let count = Int(observationCount.rounded())
    let equal = [Double](repeating: 1, count: count)
    var values: [Double] = []
    // Rounds let progress be shown.
    while values.count < replicates {
      let first = values.count
      var round = [Double](repeating: .nan, count: min(8 * workers.count, replicates - first))
      workers.mutateEach(&round) { index, value in
        let own = key.folded("replicate").folded(UInt64(first + index))
        let draws = model.sample(count: count, using: ChainRandom(key: own))
        // A replicate on the boundary, such as all zeros, has no fit and no say.
        guard let fit = try? family.fit(draws) else { return }
        value =
          family.discrepancy(
            of: draws, weights: equal, at: fit.model.naturalParameters,
            using: ChainRandom(key: own.folded("reference"))
          ).value
      }
      values += round
      progress(Double(values.count) / Double(replicates))
    }
    let drawn = values.filter { !$0.isNaN }
    guard !drawn.isEmpty else {
      return GoodnessOfFit(discrepancy: observed, pValue: nil, replicates: 0)
    }
    // Equal but for rounding counts as equal: discrete data tie.
    let farther = drawn.filter { $0 >= observed.value * (1 - 1e-12) }.count
    return GoodnessOfFit(
      discrepancy: observed, pValue: Double(1 + farther) / Double(1 + drawn.count),
      replicates: drawn.count)
  }
}
