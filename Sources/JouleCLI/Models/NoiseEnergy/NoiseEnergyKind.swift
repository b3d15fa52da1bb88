import Joule

/// Neural energies that are told the strength of noise, from which draws descend.
struct NoiseEnergyKind: NeuralEnergyKind {
  typealias Model = NoiseConditionalNetwork<Float>

  static let title = "a neural energy for every strength of noise"
  static let values = VariableValues.real
  static let commandName = EnergyKind.commandName

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("noise levels", model.levels.count)]
  }

  /// The normal distribution of the first term is what is left where the network says nothing.
  func well(_ column: Int) -> (center: Double, reach: Double)? {
    let noise = Double(model.noise)
    return (0, 5.5 * (1 + noise * noise).squareRoot())
  }

  /// Langevin dynamics from the strongest noise to the weakest; the steps are shared by the levels.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp is for models of bits: the chains of a neural energy move all variables at once")
    let levels = model.levels
    let start =
      request.start
      ?? Tensor(
        normal: [request.count, variableCount],
        using: ChainRandom(key: request.key.folded("start"))) * Float(levels.strongest)
    guard request.steps > 0 else { return start }
    // Steps of a tenth of the variance of the noise: where the data are a point, √(2η) moves a chain by less than
    // half of the noise, and the variance comes out a twentieth too large.
    let plan = AnnealedLangevin(
      noises: levels.noises, stepsPerNoise: max(1, request.steps / levels.count),
      stepSize: 0.1 * levels.weakest * levels.weakest)
    return try plan.sample(model, from: start, key: request.key, on: request.workers)
  }
}

extension NoiseEnergyKind: TrainableKind {
  typealias Settings = NoiseEnergySettings
  typealias Options = NoiseEnergyOptions
  typealias Monitor = EnergyMonitor<NoiseEnergyKind>

  static let help = (
    abstract: EnergyKind.help.abstract,
    discussion: """
    With --estimator ncsm one network is told the strength of noise and learns the data under all of them, from \
    --strongest-noise to --noise. Draws begin in the strongest and descend, so that they find all modes with their \
    weights. As an energy of rows it is that of the weakest.

    joule train energy --data moons.csv --estimator ncsm --output run
    """
  )

  static let defaults = EnergyKind.defaults

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model { try network(configuration) }

  static func check(_ configuration: RunConfiguration<Settings>) throws {
    _ = try network(configuration)
  }

  private static func network(_ configuration: RunConfiguration<Settings>) throws -> Model {
    try configuration.network {
      try Model(
        $0, inputShape: $1, levels: configuration.own.levels,
        using: configuration.key.folded("machine"))
    }
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    NoiseConditionalScoreMatching<Model>(noises: configuration.own.levels.noises)
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> Monitor {
    EnergyMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static let headlines = Array(EnergyKind.headlines.prefix(2))
  static let curves = Array(EnergyKind.curves.prefix(2))

  var caption: (kind: String, architecture: String) {
    ("Energy", "\(model.architecture) of \(variableCount), told the noise")
  }

  var sentence: String {
    "A neural energy \(model.architecture) of \(variableCount) variables and the strength of noise, with "
      + "\(format(model.parameters.scalarCount)) parameters"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation:
      "Drawn by 1,000 steps of Langevin dynamics from the strongest noise to the weakest."
  )
}
