import Joule

/// The partition function, exactly or between two annealed estimates, and the scores that follow.
extension RBMKind: AnnealedKind {
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
    report.doubtCertainty()
    return report
  }

  var annealed: Model { model }

  /// From the data's base rates.
  func ends(of annealing: AnnealedPartition<Model>) -> AnnealingEnds {
    let statistics = annealing.statistics()
    return AnnealingEnds(
      baseMeans: statistics.smoothedMeans, start: statistics.startRows(annealing.startCount))
  }
}
