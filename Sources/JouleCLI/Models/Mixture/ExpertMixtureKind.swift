import Joule

/// Mixtures of models of the catalog.
struct ExpertMixtureKind<Values: ExpertValues>: ModelKind {
  typealias Model = ExpertMixtureModel<Values>

  static var title: String { Values.mixtureTitle }
  static var values: VariableValues { Values.values }
  static var isNormalized: Bool { true }

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("experts", model.mixture.experts.count)]
  }

  var tensors: [(name: String, value: Tensor<Double>)] {
    model.mixture.experts.enumerated().flatMap { index, expert in
      expert.tensors.map { ("expert\(index).\($0.name)", $0.value) }
    } + [
      ("proportions", Tensor(model.mixture.proportions)),
      ("log_partitions", Tensor(model.mixture.logPartitions)),
    ]
  }

  /// As sure as log Z of the experts is.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let energies = energies(
      of: request.rows, key: request.key.folded("rows"), on: request.workers)
    let error = model.partitionError
    let report = LikelihoodReport(
      logPartition: error == 0 ? .normalized : .init(0, error: error, method: "experts"),
      energies: energies)
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the log-likelihood is not finite: some row is impossible to all experts")
    return report
  }

  /// An expert by the proportions, then a row from it, in the way of its kind.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp is for models that are one: which expert of a mixture a row with holes comes from is not known"
    )
    var stream = RandomStream(key: request.key.folded("choices"))
    let table = AliasTable(weights: model.mixture.proportions)
    let choices = (0..<request.count).map { _ in stream.categorical(table) }
    var rows = Tensor<Float>(zeros: [request.count, variableCount])
    for (index, expert) in model.mixture.experts.enumerated() {
      let own = choices.indices.filter { choices[$0] == index }
      guard !own.isEmpty else { continue }
      var part = request
      part.count = own.count
      part.start = request.start?.rows(at: own)
      part.key = request.key.folded("expert").folded(UInt64(index))
      let drawn = try expert.kind.draw(part)
      for (place, row) in own.enumerated() { rows.assignRow(row, from: drawn, row: place) }
    }
    return rows
  }
}
