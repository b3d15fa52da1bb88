import Joule

/// The partition function, exactly or between two annealed estimates, and the scores that follow.
extension RBMKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(of: RestrictedBoltzmannMachine<Double>(model)) {
      try bracket(chains: $0, steps: $1, request)
    }
    let (rows, key) = (request.rows, request.key.folded("rows"))
    let energies = energies(of: rows, key: key, on: request.workers)
    var report = LikelihoodReport(
      logPartition: partition.logPartition, energies: energies,
      isLowerBound: rows.dataset.hasMissing, warnings: partition.warnings)
    if !rows.dataset.hasMissing {
      let scores = RowScores(
        model, data: rows.dataset, binarization: rows.binarization, key: key, on: request.workers)
      report.pseudoLogLikelihood = MeanEstimate(of: scores.pseudoLogLikelihoods()).mean
      report.reconstructionError = MeanEstimate(of: scores.reconstructionErrors()).mean
    }
    request.display.clear()
    try report.requireFinite()
    return report
  }

  /// log Z between annealing from the data's base rates to the machine and back from its own samples.
  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: model, chains: chains, steps: steps, request: request)
    let statistics = annealing.statistics()
    return try annealing.bracket(
      baseMeans: statistics.smoothedMeans, start: statistics.startRows(annealing.startCount))
  }
}
