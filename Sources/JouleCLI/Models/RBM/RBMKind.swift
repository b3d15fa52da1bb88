import Joule

/// Restricted Boltzmann machines.
struct RBMKind: ModelKind {
  typealias Model = RestrictedBoltzmannMachine<Float>

  static let title = "a restricted Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.variableCount), ("hidden", model.hiddenCount)]
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
}
