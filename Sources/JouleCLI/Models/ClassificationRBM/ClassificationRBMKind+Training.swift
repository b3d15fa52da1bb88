import Joule

extension ClassificationRBMKind: TrainableKind {
  typealias Settings = ClassificationSettings
  typealias Options = ClassificationOptions
  typealias Monitor = LabelMonitor<Model>

  static let help = (
    abstract: "Trains a restricted Boltzmann machine of inputs and classes.",
    discussion: """

    With --labels the machine learns classes too, by the exact gradient of log p(class | row), by that of \
    log p(row, class), or by both: then 'joule classify' names the classes of other rows.

    joule train rbm --data train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz \
    --objective hybrid:0.01 --output run
    """
  )

  static var defaults: TrainingDefaults { RBMKind.defaults }

  static func check(_ configuration: RunConfiguration<ClassificationSettings>) throws {
    let method = configuration.own.machine.method
    try require(
      method == .cd || method == .pcd,
      "--method \(method.rawValue) does not learn from labels: take cd or pcd")
    try require(
      configuration.common.validation != nil || configuration.own.labels.validationLabels == nil,
      "--validation-labels are those of --validation: add it")
  }

  static func learntRows(
    _ rows: ModelRows, isHeldOut: Bool, _ configuration: RunConfiguration<ClassificationSettings>
  ) throws -> ModelRows {
    try configuration.own.labels.labelled(
      rows, isHeldOut: isHeldOut,
      allowingMissing: !isHeldOut && configuration.own.allowsMissingLabels)
  }

  static func initialModel(
    _ configuration: RunConfiguration<ClassificationSettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) -> Model {
    let means = statistics.smoothedMeans.elements
    let inputs = means.count - configuration.own.labels.classes
    return Model(
      inputMeans: Tensor(Array(means[..<inputs])),
      classFrequencies: Tensor(Array(means[inputs...])),
      hiddenCount: configuration.own.machine.hidden, using: configuration.key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<ClassificationSettings>
  ) -> any GradientEstimator<Model> {
    let generative = generativeEstimator(configuration.own.machine)
    func hybrid(
      _ base: some GradientEstimator<Model>, _ weight: Double
    ) -> any GradientEstimator<Model> {
      HybridGradient(base, weight: weight)
    }
    func imputed(_ base: some GradientEstimator<Model>) -> any GradientEstimator<Model> {
      ImputedLabels(base)
    }
    switch configuration.own.objective {
    case .generative: return generative
    case .discriminative: return DiscriminativeGradient()
    case .hybrid(let weight): return hybrid(generative, weight)
    case .semi(let weight): return hybrid(imputed(generative), weight)
    }
  }

  private static func generativeEstimator(
    _ settings: RBMSettings
  ) -> any GradientEstimator<Model> {
    typealias Kernel = BlockGibbs<Model>
    let (steps, chains) = (settings.gibbsSteps, settings.chains)
    let contrastive = ContrastiveDivergence(steps: steps) { Kernel($0) }
    let persistent = PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) }
    switch (settings.method == .cd, settings.centering) {
    case (true, true): return Centered(contrastive)
    case (true, false): return contrastive
    case (false, true): return Centered(persistent)
    case (false, false): return persistent
    }
  }

  static func monitor(
    _ configuration: RunConfiguration<ClassificationSettings>, training: ModelRows,
    validation: ModelRows?, on workers: Workers
  ) -> LabelMonitor<Model> {
    LabelMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static var headlines: [Headline] { LabelMonitor<Model>.headlines }
  static var curves: [ScoreCurves] { LabelMonitor<Model>.curves }

  var caption: (kind: String, architecture: String) {
    ("Classification RBM", "(\(model.inputCount)+\(model.classCount))-\(model.hiddenCount)")
  }

  var sentence: String {
    "A restricted Boltzmann machine of \(model.inputCount) visible and \(model.hiddenCount) hidden "
      + "units, and \(model.classCount) classes"
  }

  static let samples = RBMKind.samples

  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    RBMKind(model.machine.inputPart(model.inputCount)).partsPicture(shape: shape)
  }
}

extension RestrictedBoltzmannMachine {
  /// The machine without its last visible units.
  fileprivate func inputPart(_ count: Int) -> RestrictedBoltzmannMachine {
    RestrictedBoltzmannMachine(
      weights: weights.rows(0..<count), visibleBias: Tensor(Array(visibleBias.elements[..<count])),
      hiddenBias: hiddenBias)
  }
}
