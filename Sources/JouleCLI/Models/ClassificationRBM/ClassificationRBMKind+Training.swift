import Joule

extension ClassificationRBMKind: TrainableKind {
  typealias Settings = ClassificationSettings
  typealias Options = ClassificationOptions
  typealias Monitor = LabelMonitor<Model>

  static let help = (
    abstract: "Trains a restricted Boltzmann machine of inputs and classes.",
    discussion: """

    With --labels the machine learns classes too, by the exact gradient of log p(class | row), by that of \
    log p(row, class), or by both: then 'joule classify' names the classes of other rows. Pixels may be missing (NaN, \
    --mask): chains fill them in, and what is learnt is how likely classes are given the others.

    joule train rbm --data train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz \
    --objective hybrid:0.01 --output run
    """
  )

  static var defaults: TrainingDefaults { RBMKind.defaults }

  static func check(_ configuration: RunConfiguration<ClassificationSettings>) throws {
    _ = try estimator(configuration)
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
      hiddenCount: configuration.own.machine.model.hidden,
      using: configuration.key.folded("machine"))
  }

  static func estimator(
    _ configuration: RunConfiguration<ClassificationSettings>
  ) throws -> any GradientEstimator<Model> {
    let generative = try generativeEstimator(configuration)
    func hybrid(
      _ base: some GradientEstimator<Model>, _ weight: Double
    ) -> any GradientEstimator<Model> {
      ImputedInputs(HybridGradient(base, weight: weight))
    }
    func labelling(_ base: some GradientEstimator<Model>) -> any GradientEstimator<Model> {
      ImputedLabels(base)
    }
    func filling(_ base: some GradientEstimator<Model>) -> any GradientEstimator<Model> {
      Imputed(base)
    }
    switch configuration.own.objective {
    case .generative: return filling(generative)
    case .discriminative: return ImputedInputs(DiscriminativeGradient())
    case .hybrid(let weight): return hybrid(generative, weight)
    case .semi(let weight): return hybrid(labelling(generative), weight)
    }
  }

  /// The methods of any machine of two blocks, centred or not.
  private static func generativeEstimator(
    _ configuration: RunConfiguration<ClassificationSettings>
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own.machine.estimator
    func formed(_ base: some TermEstimator<Model>) -> any GradientEstimator<Model> {
      own.centering ? Centered(base) : base
    }
    let terms: (any TermEstimator<Model>)? = try own.terms(
      learningRate: configuration.common.learningRate, baseMeans: nil)
    guard let terms, own.gradient == nil else {
      throw Failure(
        "a machine with labels learns by --gradient centered or plain, and not by --method tap")
    }
    return formed(terms)
  }

  static func monitor(
    _ configuration: RunConfiguration<ClassificationSettings>, training: ModelRows,
    validation: ModelRows?, on workers: Workers
  ) -> LabelMonitor<Model> {
    LabelMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers
    ) { model, inputs, key, workers in
      Self(model).classProbabilities(
        ofIncomplete: inputs, steps: scoringSteps, key: key, on: workers)
    }
  }

  /// Of the chains that fill in missing inputs at every score: fewer than a judgement takes.
  private static var scoringSteps: Int { 12 }

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
