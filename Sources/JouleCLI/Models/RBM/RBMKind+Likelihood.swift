import Joule

/// The partition function, exactly or between two annealed estimates, and the scores that follow.
extension RBMKind {
  /// Layers of so few units are summed out exactly without being asked: it takes seconds at most.
  private static let quickBits = 16

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let bits = model.enumeratedBitCount
    let logPartition: LikelihoodReport.LogPartition
    var warnings: [String] = []
    switch request.method {
    case .automatic where bits > Self.quickBits:
      var annealed = request
      annealed.method = .annealed(chains: 100, steps: 1000)
      return try likelihood(annealed)
    case .automatic, .exact:
      try require(
        bits <= ExactPartition.largestBitCount,
        "--exact sums 2^\(bits) states, and 2^\(ExactPartition.largestBitCount) are the most: leave "
          + "it out to anneal instead")
      let exact = RestrictedBoltzmannMachine<Double>(model)
      logPartition = .init(
        exact: ExactPartition.logPartition(of: exact, on: request.workers) {
          request.display.show($0, "summing 2^\(bits) states")
        })
    case .annealed(let chains, let steps):
      let bracket = try bracket(chains: chains, steps: steps, request)
      logPartition = .init(bracket)
      if let warning = bracket.warning { warnings.append(warning) }
    }
    let scores = RowScores(
      model, data: request.rows.dataset, binarization: request.rows.binarization,
      key: request.key.folded("rows"), on: request.workers)
    let report = LikelihoodReport(
      logPartition: logPartition, energies: scores.energies(),
      pseudoLogLikelihoods: scores.pseudoLogLikelihoods(),
      reconstructionErrors: scores.reconstructionErrors(), warnings: warnings)
    request.display.clear()
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the log-likelihood is not finite: the model's weights are too large to be judged")
    return report
  }

  /// log Z between annealing from the data's base rates to the machine and back from its own samples.
  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: model, chains: chains, steps: steps, key: request.key, workers: request.workers,
      display: request.display)
    let statistics = DataStatistics<Float>(
      of: request.rows.dataset, binarization: request.rows.binarization,
      exampleCount: annealing.startCount, key: request.key.folded("examples"))
    return try annealing.bracket(
      baseMeans: statistics.smoothedMeans, start: statistics.startRows(annealing.startCount))
  }
}
