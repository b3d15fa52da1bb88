import Joule

/// Deep belief networks of binary units.
struct DBNKind: ModelKind {
  typealias Model = DeepBeliefNetwork<Float>

  static let title = "a deep belief network of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true
  static let allowsMissing = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    model.widths.enumerated().map { number, width in
      (number == 0 ? "visible" : "hidden\(number)", width)
    }
  }

  /// A network of one machine alone has no layer above to draw missing bits from.
  func check(_ data: LoadedData, allowingMissing: Bool) throws {
    try Self.requireLayers(model.directedCount + 1, for: data)
  }

  static func requireLayers(_ hidden: Int, for data: LoadedData) throws(Failure) {
    guard hidden == 1, let missing = data.firstMissing else { return }
    throw Failure(
      "\(data.path): row \(missing.row + 1), column \(missing.column + 1) is missing (NaN), and a deep belief network "
        + "of one hidden layer takes complete rows only: it is a machine that joule train rbm can make of them"
    )
  }

  /// Draws of the recognition weights that a row's energy is averaged over.
  private static let draws = 10

  /// The variational free energy of every row, by some draws.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    energies(of: rows, draws: Self.draws, key: key, on: workers)
  }

  func energies(
    of rows: ModelRows, draws: Int, key: RandomKey, on workers: Workers
  ) -> [Double] {
    let model = self.model
    var pieces = stride(from: 0, to: rows.dataset.rowCount, by: 250).map {
      (range: $0..<min($0 + 250, rows.dataset.rowCount), energies: [Double]())
    }
    workers.mutateEach(&pieces) { _, piece in
      let random = ChainRandom(key: key, firstChain: piece.range.lowerBound)
      let batch: Tensor<Float> = rows.dataset.batch(
        piece.range, binarization: rows.binarization, using: random)
      var sum = Tensor<Double>(zeros: [piece.range.count])
      for draw in 1...draws { sum += model.evidence(of: batch, using: random.folded(draw)) }
      piece.energies = sum.elements.map { -$0 / Double(draws) }
    }
    return pieces.flatMap(\.energies).map { $0 + rows.energyOffset }
  }

  /// Gibbs steps of the top machine, then one pass down.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    var above = request
    above.wantsMeans = false
    return model.dataRows(
      from: try drawTop(above), asMeans: request.wantsMeans,
      using: ChainRandom(key: request.key.folded("down")))
  }

  /// Gibbs steps of the top machine: its visible layer.
  func drawTop(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp needs a model whose variables are drawn one by one given the others: "
        + "\(Self.title) is drawn from above; a 'dbm' can do it")
    let top = model.top
    let path = top.annealingPath(fromMeans: nil)
    let random = ChainRandom(key: request.key.folded("start"))
    let start =
      request.start.map { topRows(for: $0, using: random) }
      ?? path.position(of: path.sampleBase(count: request.count, using: random))
    return try request.gibbsDraws(of: top, from: start)
  }

  /// The top machine's visible rows that recognition draws for data.
  private func topRows(for rows: Tensor<Float>, using random: ChainRandom) -> Tensor<Float> {
    model.recognized(rows, using: random)[model.directedCount]
  }
}

/// The partition function of the top machine, and the bound that follows.
extension DBNKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(of: RestrictedBoltzmannMachine<Double>(model.top)) {
      try bracket(chains: $0, steps: $1, request)
    }
    let report = LikelihoodReport(
      logPartition: partition.logPartition,
      energies: energies(
        of: request.rows, key: request.key.folded("rows"), on: request.workers),
      isLowerBound: model.directedCount > 0, warnings: partition.warnings)
    request.display.clear()
    try report.requireFinite()
    return report
  }

  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: model.top, chains: chains, steps: steps, request: request)
    let statistics = annealing.statistics(examples: 1000)
    let rows = topRows(
      for: statistics.examples, using: ChainRandom(key: request.key.folded("recognized")))
    let known = DataStatistics(
      rowCount: rows.shape[0], means: rows.mean(along: 0), examples: rows)
    return try annealing.bracket(
      AnnealingEnds(
        baseMeans: known.smoothedMeans, start: known.startRows(annealing.startCount)))
  }
}
