import Joule

/// Neural energies.
struct EnergyKind: NeuralEnergyKind {
  typealias Model = NeuralEnergy<Float>

  static let title = "a neural energy"
  static let values = VariableValues.real

  let model: Model

  init(_ model: Model) { self.model = model }

  /// Langevin dynamics with a Metropolis test. A fifth of the steps comes first, to find the step size.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp is for models of bits: the chains of a neural energy move all variables at once")
    let start = try request.start ?? startRows(request.count, key: request.key.folded("start"))
    var chains = try warmedUp(start, steps: request.steps, key: request.key, request.workers)
    try chains.advance(by: request.steps, on: request.workers) { request.display.show($0) }
    return chains.position
  }

  /// 5.5 of its own widths.
  func well(_ column: Int) -> (center: Double, reach: Double)? {
    guard let well = model.confinement else { return nil }
    return (Double(well.center[column]), 5.5 / Double(well.strength).squareRoot())
  }

  /// Draws from the well that holds the energy together.
  private func startRows(_ count: Int, key: RandomKey) throws -> Tensor<Float> {
    guard let well = model.confinement else {
      throw Failure(
        "this energy has no confinement that says where its chains could start: give rows to start at "
          + "with --data")
    }
    let noise = Tensor<Float>(normal: [count, variableCount], using: ChainRandom(key: key))
    return noise * (1 / well.strength).squareRoot() + well.center
  }
}
