import Joule

/// The names of methods and forms of the gradient, as types.
extension RBMKind {
  typealias Kernel = BlockGibbs<Model>

  static func estimator(
    _ configuration: RunConfiguration<RBMSettings>
  ) throws -> any GradientEstimator<Model> {
    try estimator(configuration, baseMeans: nil)
  }

  /// Tempering begins at independent units with the data's means.
  static func estimator(
    _ configuration: RunConfiguration<RBMSettings>, data statistics: DataStatistics<Float>
  ) throws -> any GradientEstimator<Model> {
    try estimator(configuration, baseMeans: statistics.smoothedMeans)
  }

  private static func estimator(
    _ configuration: RunConfiguration<RBMSettings>, baseMeans: Tensor<Float>?
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own
    let (steps, chains) = (own.gibbsSteps, own.chains)
    let persistent = PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) }
    switch own.method {
    case .cd: return formed(ContrastiveDivergence(steps: steps) { Kernel($0) }, own)
    case .pcd: return formed(persistent, own)
    case .fpcd:
      let rate = own.fastRate ?? configuration.common.learningRate
      return formed(FastWeights(persistent, rate: rate), own)
    case .pt:
      let ladder = try TemperatureLadder.linear(count: own.temperatures ?? 10)
      return formed(
        PersistentContrastiveDivergence(steps: steps, chains: chains) { model in
          TemperedChains(
            model, along: model.annealingPath(fromMeans: baseMeans), ladder: ladder)
        }, own)
    case .ptt:
      return formed(
        TrajectoryTempering(steps: steps, chains: chains, threshold: own.swapRate ?? 0.3) {
          Kernel($0)
        }, own)
    case .tap:
      return MeanFieldGradient<Model>(
        order: MeanFieldOrder(rawValue: own.order ?? 2) ?? .second, points: chains,
        iterations: steps, slidingFactor: own.form == .centered ? 0.01 : nil)
    }
  }

  private static func formed<Base: TermEstimator>(
    _ base: Base, _ own: RBMSettings
  ) -> any GradientEstimator<Model> where Base.Model == Model {
    switch own.form {
    case .centered: Centered(base)
    case .plain: base
    case .standardized: Standardized(base)
    case .natural: NaturalGradient(base, damping: own.damping ?? 0.05)
    }
  }
}
