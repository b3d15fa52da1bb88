import Joule

/// Ising models: Boltzmann machines without hidden units, over any graph.
struct IsingKind: ModelKind {
  typealias Model = IsingModel<Float>

  static let title = "an Ising model"
  static let values = VariableValues.unit

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("edges", model.graph.edgeCount)]
  }

  /// By sweeps of Gibbs sampling, from bits at random where nothing says where.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    if request.clamped != nil { return try request.siteDraws(of: model) }
    return try request.position(of: IsingSweep(model), from: request.bitStart(of: variableCount))
  }

  /// log Z by summing out site after site where the graph is narrow enough, over all states where they are few, else
  /// between annealing to the model and back.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition: (logPartition: LikelihoodReport.LogPartition?, warnings: [String])
    if case .annealed = request.method {
      partition = try annealed(request)
    } else if let exact = eliminated(request) {
      partition = (.init(exact: exact), [])
    } else {
      partition = try annealed(request)
    }
    let key = request.key.folded("rows")
    let scores = RowScores(
      model, data: request.rows.dataset, binarization: request.rows.binarization, key: key,
      on: request.workers)
    let report = LikelihoodReport(
      logPartition: partition.logPartition,
      energies: energies(of: request.rows, key: key, on: request.workers),
      pseudoLogLikelihoods: scores.pseudoLogLikelihoods(), warnings: partition.warnings)
    request.display.clear()
    try report.requireFinite()
    return report
  }

  /// By elimination: of tables of megabytes where it was asked for, of kilobytes where not.
  private func eliminated(_ request: LikelihoodRequest) -> Double? {
    var largest = 1 << 14
    if case .exact = request.method { largest = 1 << 21 }
    let sum = try? VariableElimination(largestTableSize: largest)
      .sum(model, detail: .logPartition)
    return sum?.logPartition
  }

  /// By annealing, or by the sum over all states where that was asked for.
  private func annealed(
    _ request: LikelihoodRequest
  ) throws -> (logPartition: LikelihoodReport.LogPartition?, warnings: [String]) {
    try request.partition(of: IsingModel<Double>(model)) {
      try request.bracket(ofBits: model, chains: $0, steps: $1)
    }
  }
}
