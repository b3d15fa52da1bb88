import Joule

/// Restricted Boltzmann machines of any units.
struct MachineKind: ModelKind {
  typealias Model = BoltzmannMachine<Float>

  static let title = "a Boltzmann machine of any units"
  static let values = VariableValues.real
  static let drawsMeans = true
  static let allowsMissing = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.variableCount), ("hidden", model.hiddenCount)]
  }

  func check(_ data: LoadedData, allowingMissing: Bool) throws {
    try model.layers[0].check(data, allowingMissing: allowingMissing)
  }

  var takesSteps: Bool { model.layers[0].takesSteps }

  /// Free energies; of rows with missing values upper bounds by mean field, and where hidden units have parameters that no
  /// mean tells of, those at what the machine fills in.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    if rows.dataset.hasMissing, Self.bounds(model.layers) {
      return rows.energies(
        DeepBoltzmannMachine(model, inferenceRounds: Self.inferenceRounds), key: key, on: workers)
    }
    return rows.filled(by: model, key: key, on: workers).energies(model, key: key, on: workers)
  }

  /// Whether mean field bounds what rows with missing values have.
  static func bounds(_ layers: [UnitLayer]) -> Bool { layers.dropFirst().allSatisfy(\.isInferred) }

  /// Rounds of mean field that settle what is missing.
  private static let inferenceRounds = 50

  /// Block Gibbs sampling, with the given values held where rows are clamped.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    let machine = model
    let start =
      request.start
      ?? machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: request.count, using: ChainRandom(key: request.key.folded("start")))
    return try request.gibbsDraws(of: machine, from: start)
  }

}

extension MachineKind: AnnealedKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(of: BoltzmannMachine<Double>(model)) {
      try bracket(chains: $0, steps: $1, request)
    }
    let key = request.key.folded("rows")
    if request.rows.dataset.hasMissing, Self.bounds(model.layers) {
      let report = LikelihoodReport(
        logPartition: partition.logPartition,
        energies: energies(of: request.rows, key: key, on: request.workers), isLowerBound: true,
        warnings: partition.warnings)
      request.display.clear()
      try report.requireFinite()
      return report
    }
    let rows = request.rows.filled(by: model, key: key, on: request.workers)
    let scores = RowScores(
      model, data: rows.dataset, binarization: rows.binarization, key: key, on: request.workers)
    request.display.clear()
    var report = LikelihoodReport(
      logPartition: partition.logPartition,
      energies: scores.energies().map { $0 + rows.energyOffset },
      pseudoLogLikelihoods: pseudoLogLikelihoods(of: rows, on: request.workers),
      reconstructionErrors: scores.reconstructionErrors(),
      warnings: partition.warnings + request.rows.fillingWarnings)
    try report.requireFinite()
    if model.layers[0].isFinite { report.doubtCertainty() }
    return report
  }

  var annealed: Model { model }

  /// From independent units with the data's means.
  func ends(of annealing: AnnealedPartition<Model>) -> AnnealingEnds {
    let statistics = annealing.statistics()
    return AnnealingEnds(
      baseMeans: statistics.means, start: statistics.startRows(annealing.startCount))
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

extension UnitLayer {
  /// Whether all of its values are numbers that may be any.
  var takesSteps: Bool { groups.allSatisfy { $0 is GaussianUnits } }
}
