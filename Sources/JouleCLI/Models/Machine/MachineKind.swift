import Joule

/// Restricted Boltzmann machines of any units.
struct MachineKind: ModelKind {
  typealias Model = BoltzmannMachine<Float>

  static let title = "a Boltzmann machine of any units"
  static let values = VariableValues.real
  static let drawsMeans = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.variableCount), ("hidden", model.hiddenCount)]
  }

  func check(_ data: LoadedData, allowingMissing: Bool) throws {
    try model.layers[0].check(data, allowingMissing: allowingMissing)
  }

  /// Block Gibbs sampling, with the given values held where rows are clamped.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    let machine = model
    let start =
      request.start
      ?? machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: request.count, using: ChainRandom(key: request.key.folded("start")))
    if let clamped = request.clamped {
      var run = ParallelChains(at: start, key: request.key, on: request.workers) {
        ClampedBlockGibbs(machine, values: clamped.rows($0))
      }
      try run.advance(by: request.steps, on: request.workers) { request.display.show($0) }
      return request.wantsMeans ? run.gathered { $0.visibleMean(of: $1) } : run.position
    }
    let kernel = BlockGibbs(machine)
    var run = ParallelChains(at: start, key: request.key, on: request.workers) { _ in kernel }
    if request.steps > 0 {
      let plan = SamplingPlan(warmUp: 0, samples: request.steps)
      try run.sample(plan, on: request.workers) { progress in
        request.display.show(progress.fraction, progress.figures.joined(separator: ", "))
        return .proceed
      }
    }
    return request.wantsMeans
      ? run.gathered { machine.visibleMean(given: $0.completion(of: $1).hiddenMean) }
      : run.position
  }

  /// Sides of so few joint states are summed out exactly without being asked: it takes seconds at most.
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
        "--exact sums the joint states of a layer, 2^\(ExactPartition.largestBitCount) at most, and this machine has "
          + "more: leave it out to anneal instead")
      logPartition = .init(
        exact: ExactPartition.logPartition(of: model, on: request.workers) {
          request.display.show($0, "summing 2^\(bits) states")
        })
    case .annealed(let chains, let steps):
      let annealing = AnnealedPartition(
        machine: model, chains: chains, steps: steps, key: request.key, workers: request.workers,
        display: request.display)
      let statistics = DataStatistics<Float>(
        of: request.rows.dataset, binarization: request.rows.binarization,
        exampleCount: annealing.startCount, key: request.key.folded("examples"))
      let bracket = try annealing.bracket(
        baseMeans: statistics.means, start: statistics.startRows(annealing.startCount))
      logPartition = .init(bracket)
      if let warning = bracket.warning { warnings.append(warning) }
    }
    let scores = RowScores(
      model, data: request.rows.dataset, binarization: request.rows.binarization,
      key: request.key.folded("rows"), on: request.workers)
    request.display.clear()
    let report = LikelihoodReport(
      logPartition: logPartition,
      energies: scores.energies().map { $0 + request.rows.energyOffset },
      pseudoLogLikelihoods: pseudoLogLikelihoods(of: request.rows, on: request.workers),
      reconstructionErrors: scores.reconstructionErrors(), warnings: warnings)
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the log-likelihood is not finite: the model's weights are too large to be judged")
    return report
  }

  /// Of a sample of rows and units: every unit costs a pass over the hidden ones for each of its states.
  private func pseudoLogLikelihoods(of rows: ModelRows, on workers: Workers) -> [Double]? {
    guard model.layers.count == 2, model.layers[0].isFinite else { return nil }
    var stream = RandomStream(key: RandomKey(seed: 0).folded("units"))
    let units = Array(stream.permutation(count: model.layers[0].unitCount).prefix(100)).sorted()
    let sample = rows.sampled(200, key: RandomKey(seed: 0).folded("rows")).dataset
    var pieces = stride(from: 0, to: sample.rowCount, by: 20).map {
      (rows: $0..<min($0 + 20, sample.rowCount), values: [Double]())
    }
    workers.mutateEach(&pieces) { _, piece in
      piece.values = model.pseudoLogLikelihoods(of: sample.batch(piece.rows), units: units)
    }
    return pieces.flatMap(\.values)
  }
}
