// Reports of rows that are estimated one by one.
extension LikelihoodReport {
  /// Of rows whose log p*(v) is annealed from both sides.
  ///
  /// The log-likelihood is that of annealing up, which errs low, at the estimate of log Z. At least and at most it is what
  /// the ends of both make, each with two standard errors.
  ///
  /// - Parameters:
  ///   - rows: log p*(v) of every row, at least one.
  ///   - energyOffset: what is added to −log p*(v) for the units of the data.
  public init(
    logPartition: LogPartition, rows: [PartitionBracket], energyOffset: Double = 0,
    warnings: [String] = []
  ) {
    self.init(
      logPartition: logPartition,
      energies: rows.map { energyOffset - $0.forwardEstimate }, warnings: warnings)
    let estimates = RowEstimates(method: "annealing", rows.map(\.forward))
    rowEstimates = estimates
    averageLogLikelihoodLower = averageLogLikelihoodLower.map { $0 - 2 * estimates.standardError }
    let back = MeanEstimate(of: rows.map(\.reverseEstimate)).mean
    averageLogLikelihoodUpper =
      back - energyOffset - logPartition.lower
      + 2 * RowEstimates(method: "annealing", rows.map(\.reverse)).standardError
  }

  /// Of rows whose log-likelihoods are estimated without log Z, too low on average; see
  /// ``AnnealedImportanceSampling/rowProbabilities(of:key:on:progress:)``.
  ///
  /// - Parameters:
  ///   - rows: weights of every row, at least one.
  ///   - energies: of the same rows.
  ///   - energyOffset: what is in the energies for the units of the data.
  public init(
    rowProbabilities rows: [ImportanceWeights], energies: [Double], energyOffset: Double = 0
  ) {
    self.init(logPartition: nil, energies: energies)
    let estimates = RowEstimates(method: "raise", rows)
    let mean = MeanEstimate(of: rows.map { $0.logMean - energyOffset })
    rowEstimates = estimates
    averageLogLikelihood = mean.mean
    averageLogLikelihoodStandardError = mean.standardError
    averageLogLikelihoodLower = mean.mean - 2 * estimates.standardError
  }
}

extension LikelihoodReport.RowEstimates {
  /// What the chains of rows say, which know nothing of each other.
  init(method: String, _ rows: [ImportanceWeights]) {
    let count = Double(Swift.max(rows.count, 1))
    self.init(
      method: method, chains: rows.first?.logWeights.count ?? 0,
      effectiveSampleSize: rows.reduce(0) { $0 + $1.effectiveSampleSize } / count,
      standardError: rows.reduce(0) { $0 + $1.standardError * $1.standardError }.squareRoot()
        / count)
  }
}
