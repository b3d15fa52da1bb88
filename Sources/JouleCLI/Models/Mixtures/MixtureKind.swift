import Joule

/// Mixtures, whose training is expectation maximization: an epoch is a step.
struct MixtureKind<Family: MixtureFamily>: NormalizedKind {
  typealias Model = MixtureModel<Float, Family.Components>

  static var title: String { "a mixture of \(Family.plural)" }
  static var values: VariableValues { Family.values }
  static var allowsMissing: Bool { true }

  let model: Model

  init(_ model: Model) { self.model = model }

  func check(_ data: LoadedData, allowingMissing: Bool) throws {
    try Family.check(data, of: model.components)
  }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("components", model.componentCount)]
  }
}

/// What commands have to know of the components of a mixture.
protocol MixtureFamily: Sendable {
  associatedtype Components: MixtureComponents
  associatedtype Options: KindOptions where Options.Settings: MixtureSettings<Components>

  /// "normal distributions"
  static var plural: String { get }
  static var values: VariableValues { get }
  /// Refuses rows with missing values that components cannot sum out; by default none.
  static func check(_ data: LoadedData, of components: Components) throws
  /// The same before there are components.
  static func check(_ data: LoadedData, for settings: Options.Settings) throws
  static var example: String { get }
}

extension MixtureFamily {
  static func check(_ data: LoadedData, of components: Components) throws {}
  static func check(_ data: LoadedData, for settings: Options.Settings) throws {}
}

/// The settings of a run that makes a mixture.
protocol MixtureSettings<Components>: KindSettings {
  associatedtype Components: MixtureComponents

  var components: Int { get }
  var starts: Int { get }
  var rule: ExpectationMaximization<Components> { get }
}

extension MixtureKind: TrainableKind {
  typealias Settings = Family.Options.Settings
  typealias Options = Family.Options

  static var help: (abstract: String, discussion: String) {
    (
      "Fits a mixture of \(Family.plural) by expectation maximization.",
      """
      An epoch is a step of the algorithm over all rows: it ends after --epochs of them. With several \
      --starts, the best after ten steps of each goes on.

      \(Family.example)
      """
    )
  }

  static var defaults: TrainingDefaults {
    TrainingDefaults(
      epochs: 100, batchSize: nil, standardize: false, optimizer: .sgd, sgdRate: 1,
      schedule: .constant, weightDecay: 0)
  }

  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws {
    try Family.check(data, for: configuration.own)
  }

  /// Parameters are what they are: means of data in large units are no divergence.
  static func plan(_ configuration: RunConfiguration<Settings>) -> TrainingPlan {
    var plan = configuration.plan
    plan.largestParameter = .infinity
    return plan
  }

  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    let (own, key) = (configuration.own, configuration.key.folded("machine"))
    let rows = MixtureData(data, binarization: configuration.common.binarize, key: key)
    if own.starts == 1 { return Model(own.rule.start(on: rows, key: key, workers: workers)) }
    return Model(
      try own.rule.fit(
        rows, plan: .init(restarts: own.starts, iterations: 10, tolerance: 0), key: key,
        workers: workers
      ).model)
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) -> any GradientEstimator<Model> {
    ExpectationMaximizationStep<Float, Family.Components>(configuration.own.rule)
  }

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> MixtureMonitor<Family> {
    let key = configuration.key.folded("probe")
    return MixtureMonitor(
      likelihood: LikelihoodMonitor(
        training: training.sampled(5000, key: key.folded("training")),
        validation: validation?.sampled(5000, key: key.folded("validation")), key: key,
        workers: workers),
      limits: configuration.own.rule.limits)
  }

  /// What has degenerated is said every time that the likelihood is.
  static var headlines: [Headline] {
    [
      Headline(label: "log-likelihood", name: "log_likelihood", digits: 3),
      Headline(label: "empty components", name: "empty_components", digits: 0),
      Headline(label: "limited", name: "limited_components", digits: 0),
    ]
  }

  var caption: (kind: String, architecture: String) {
    ("Mixture", "\(model.componentCount) × \(model.variableCount)")
  }

  var sentence: String {
    "A mixture of \(model.componentCount) \(Family.plural) of \(model.variableCount) variables"
  }

  /// The means of the components of the greatest weights.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    let weights = model.logWeights
    let order = (0..<model.componentCount).sorted { weights[$0] > weights[$1] }
    let picked = Array(order.prefix(100))
    return .init(
      title: "Components",
      explanation: "The means of the components, the greatest weight first.",
      image: Pictures.grid(
        Tensor<Float>(model.components.means.rows(at: picked)).elements, height: shape.height,
        width: shape.width))
  }
}

/// The likelihood, and how many components are degenerate.
struct MixtureMonitor<Family: MixtureFamily>: ScoreMonitor {
  typealias Model = MixtureModel<Float, Family.Components>

  let likelihood: LikelihoodMonitor<MixtureKind<Family>>
  let limits: MixtureLimits

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    var scores = likelihood.scores(of: run)
    scores["empty_components"] = Double(run.model.emptyComponents.count)
    scores["limited_components"] = Double(run.model.components.limited(by: limits).count)
    return scores
  }
}
