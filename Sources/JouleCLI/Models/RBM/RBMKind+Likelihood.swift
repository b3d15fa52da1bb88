import Joule

/// The partition function, exactly or between two annealed estimates, and the scores that follow.
extension RBMKind: AnnealedKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(of: RestrictedBoltzmannMachine<Double>(model)) {
      try bracket(chains: $0, steps: $1, request)
    }
    let scores = RowScores(
      model, data: request.rows.dataset, binarization: request.rows.binarization,
      key: request.key.folded("rows"), on: request.workers)
    let report = LikelihoodReport(
      logPartition: partition.logPartition, energies: scores.energies(),
      pseudoLogLikelihoods: scores.pseudoLogLikelihoods(),
      reconstructionErrors: scores.reconstructionErrors(), warnings: partition.warnings)
    request.display.clear()
    try report.requireFinite()
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
