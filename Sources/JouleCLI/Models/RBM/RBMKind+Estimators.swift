import Joule

/// The names of methods and forms of the gradient, as types.
extension RBMKind {
  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    try estimator(configuration, baseMeans: nil)
  }

  /// Tempering begins at independent units with the data's means.
  static func estimator(
    _ configuration: RunConfiguration<Settings>, data statistics: DataStatistics<Float>
  ) throws -> any GradientEstimator<Model> {
    try estimator(configuration, baseMeans: statistics.smoothedMeans)
  }

  private static func estimator(
    _ configuration: RunConfiguration<Settings>, baseMeans: Tensor<Float>?
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own.estimator
    let terms: (any TermEstimator<Model>)? = try own.terms(
      learningRate: configuration.common.learningRate, baseMeans: baseMeans)
    guard let terms else {
      return Imputed(
        MeanFieldGradient<Model>(
          order: MeanFieldOrder(rawValue: own.order ?? 2) ?? .second, points: own.chains,
          iterations: own.gibbsSteps, slidingFactor: own.form == .centered ? 0.01 : nil))
    }
    return formed(terms, own)
  }

  /// Complete rows pass the filling in as they are.
  private static func formed<Base: TermEstimator>(
    _ base: Base, _ own: EstimatorSettings
  ) -> any GradientEstimator<Model> where Base.Model == Model {
    switch own.form {
    case .centered: Imputed(Centered(base))
    case .plain: Imputed(base)
    case .standardized: Imputed(Standardized(base))
    case .natural: Imputed(NaturalGradient(base, damping: own.damping ?? 0.05))
    }
  }
}
