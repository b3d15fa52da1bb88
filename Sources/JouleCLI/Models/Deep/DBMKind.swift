import Joule

/// Deep Boltzmann machines of binary units.
struct DBMKind: ModelKind {
  typealias Model = DeepBoltzmannMachine<Float>

  static let title = "a deep Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    model.machine.layers.enumerated().map { number, layer in
      (number == 0 ? "visible" : "hidden\(number)", layer.width)
    }
  }

  /// Rounds of mean-field updates where rows are judged: many more change nothing any more.
  private static let judgingRounds = 50

  /// The model with inference that has settled.
  var judged: Model {
    Model(model.machine, inferenceRounds: max(model.inferenceRounds, Self.judgingRounds))
  }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.energies(judged, key: key, on: workers)
  }

  /// Block Gibbs sampling of all layers, with the given values held where rows are clamped.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    let (machine, columns) = (model.machine, model.variableCount)
    let path = machine.annealingPath(fromMeans: nil)
    let start =
      request.start.map { model.inferredRows(for: $0) }
      ?? path.position(
        of: path.sampleBase(
          count: request.count, using: ChainRandom(key: request.key.folded("start"))))
    var whole = request
    whole.clamped = request.clamped.map { clamped in
      let free = Tensor<Float>(
        [clamped.shape[0], machine.variableCount - columns], repeating: .nan)
      return Tensor(concatenating: [clamped, free], along: 1)
    }
    return try whole.gibbsDraws(of: machine, from: start).columns(0..<columns)
  }
}

/// The partition function, exactly or between two annealed estimates, and the bound that follows.
extension DBMKind {
  /// Blocks of so few units are summed out exactly without being asked: it takes seconds at most.
  private static let quickBits = 16

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let bits = model.machine.enumeratedBitCount
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
      logPartition = .init(
        exact: ExactPartition.logPartition(of: model.machine, on: request.workers) {
          request.display.show($0, "summing 2^\(bits) states")
        })
    case .annealed(let chains, let steps):
      let bracket = try bracket(chains: chains, steps: steps, request)
      logPartition = .init(bracket)
      if let warning = bracket.warning { warnings.append(warning) }
    }
    let report = LikelihoodReport(
      logPartition: logPartition,
      energies: energies(
        of: request.rows, key: request.key.folded("rows"), on: request.workers),
      isLowerBound: model.machine.layers.count > 2, warnings: warnings)
    request.display.clear()
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the bound is not finite: the model's weights are too large to be judged")
    return report
  }

  /// The layers above the data begin, at the other end of the path, with the means inferred from it.
  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: model.machine, chains: chains, steps: steps, key: request.key,
      workers: request.workers, display: request.display)
    let statistics = DataStatistics<Float>(
      of: request.rows.dataset, binarization: request.rows.binarization,
      exampleCount: max(1000, annealing.startCount), key: request.key.folded("examples"))
    let examples = judged.inferredRows(for: statistics.examples)
    var latent = examples.columns(model.variableCount..<examples.shape[1]).mean(along: 0)
    latent.clamp(to: 1e-3...(1 - 1e-3))
    return try annealing.bracket(
      baseMeans: Tensor(concatenating: [statistics.smoothedMeans, latent]),
      start: examples.rows(at: (0..<annealing.startCount).map { $0 % examples.shape[0] }))
  }
}
