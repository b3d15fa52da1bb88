import Joule

extension ClassifierNetworkKind: TrainableKind {
  typealias Settings = ClassifierSettings
  typealias Options = ClassifierOptions
  typealias Monitor = LabelMonitor<Model>

  static let help = (
    abstract: "Trains a network to name classes, from a stack of machines if there is one.",
    discussion: """
    With --from the hidden layers begin as machines that were trained without labels, each on the features of \
    the one below ('joule features'), and backpropagation tunes them; without it they begin at random.

    joule train classifier --data train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz \
    --from one/model.safetensors,two/model.safetensors --dropout 0.5 --output run
    joule classify run/model.safetensors --data t10k-images-idx3-ubyte.gz
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 30, optimizer: .adam, sgdRate: 0.1, adamRate: 0.001, schedule: .linear, weightDecay: 0)

  static func check(_ configuration: RunConfiguration<ClassifierSettings>) throws {
    try require(
      configuration.common.validation != nil || configuration.own.labels.validationLabels == nil,
      "--validation-labels are those of --validation: add it")
  }

  static func learntRows(
    _ rows: ModelRows, isHeldOut: Bool, _ configuration: RunConfiguration<ClassifierSettings>
  ) throws -> ModelRows {
    try configuration.own.labels.labelled(rows, isHeldOut: isHeldOut, allowingMissing: false)
  }

  static func initialModel(
    _ configuration: RunConfiguration<ClassifierSettings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    let own = configuration.own
    let (inputs, classes) = (configuration.common.data.columns, own.labels.classes)
    let key = configuration.key.folded("network")
    guard let stack = try MachineStack.layers(of: own.from, columns: inputs, hidden: own.hidden)
    else {
      return Model(inputCount: inputs, hidden: own.hidden, classCount: classes, using: key)
    }
    return Model(
      unrolling: stack.map { ($0.weights, $0.bias) }, classCount: classes, using: key)
  }

  static func estimator(
    _ configuration: RunConfiguration<ClassifierSettings>
  ) -> any GradientEstimator<Model> {
    ConditionalLikelihood<Model>(
      inputDropout: configuration.own.inputDropout, hiddenDropout: configuration.own.dropout)
  }

  static func plan(_ configuration: RunConfiguration<ClassifierSettings>) -> TrainingPlan {
    var plan = configuration.plan
    plan.averaging = configuration.own.averaging > 0 ? configuration.own.averaging : nil
    return plan
  }

  static func monitor(
    _ configuration: RunConfiguration<ClassifierSettings>, training: ModelRows,
    validation: ModelRows?, on workers: Workers
  ) -> LabelMonitor<Model> {
    LabelMonitor(
      training: training, validation: validation, key: configuration.key.folded("probe"),
      workers: workers)
  }

  static var headlines: [Headline] { LabelMonitor<Model>.headlines }
  static var curves: [ScoreCurves] { LabelMonitor<Model>.curves }

  var caption: (kind: String, architecture: String) {
    ("Classifier", model.sizes.map(String.init).joined(separator: "-"))
  }

  var sentence: String {
    "A network of \(caption.architecture) units, the hidden ones logistic, the last a softmax"
  }

  static let samples = (steps: 0, areMeans: false, explanation: "")

  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? {
    guard let first = model.hiddenCounts.first else { return nil }
    let weights = model.parameters["layer0.weights"]
    return .init(
      title: "Filters",
      explanation: "The weights of hidden units of the first layer: white turns a unit on, black "
        + "turns it off; each is scaled to its own largest.",
      image: Pictures.grid(
        weights.columns(0..<min(100, first)).transposed().elements, height: shape.height,
        width: shape.width, scale: .symmetricPerTile))
  }
}
