import Joule

/// Restricted Boltzmann machines.
struct RBMKind: ModelKind {
  typealias Model = RestrictedBoltzmannMachine<Float>

  static let title = "a restricted Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true
  static let allowsMissing = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.variableCount), ("hidden", model.hiddenCount)]
  }

  /// Free energies; upper bounds by mean field where values are missing.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    guard rows.dataset.hasMissing else { return rows.energies(model, key: key, on: workers) }
    let inferring = DeepBoltzmannMachine(
      on: model, widths: [], inferenceRounds: Self.inferenceRounds, using: key)
    return rows.energies(inferring, key: key, on: workers)
  }

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
