import Joule

/// Restricted Boltzmann machines of inputs and classes. Their data are inputs alone: classes are summed out where
/// rows are judged, and drawn along where rows are sampled.
struct ClassificationRBMKind: ModelKind {
  typealias Model = ClassificationRBM<Float>

  static let title = "a classification restricted Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true
  static let allowsMissing = true
  static var commandName: String { RBMKind.commandName }

  let model: Model

  init(_ model: Model) { self.model = model }

  var variableCount: Int { model.inputCount }
  var rowEnergy: any EnergyModel { InputDistribution(model) }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.inputCount), ("hidden", model.hiddenCount), ("classes", model.classCount)]
  }

  var tensors: [(name: String, value: Tensor<Double>)] {
    model.tensors.map { ($0.name, Tensor<Double>($0.value)) }
  }

  /// Upper bounds by mean field where inputs are missing.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.dataset.hasMissing
      ? rows.energies(InferredInputs(model), key: key, on: workers)
      : rows.energies(InputDistribution(model), key: key, on: workers)
  }

  /// log Z of the rows with the class summed out. At the end of a run it is not annealed: what the machine is for is to
  /// classify.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try request.partition(
      of: ClassificationRBM<Double>(model), annealsUnasked: false
    ) { try bracket(chains: $0, steps: $1, request) }
    let energies = energies(of: request.rows, key: request.key.folded("rows"), on: request.workers)
    request.display.clear()
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(
      logPartition: partition.logPartition, energies: energies,
      isLowerBound: request.rows.dataset.hasMissing, warnings: partition.warnings)
  }

  /// Between annealing to the machine and back from its own samples, which start at rows with a class drawn.
  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let annealing = AnnealedPartition(
      machine: model, chains: chains, steps: steps, request: request)
    let rows = labelled(
      annealing.statistics().startRows(annealing.startCount),
      using: ChainRandom(key: request.key.folded("classes")))
    return try annealing.bracket(AnnealingEnds(baseMeans: rows.mean(along: 0), start: rows))
  }

  /// Rows with classes drawn from p(y | x) behind them.
  private func labelled(_ inputs: Tensor<Float>, using random: ChainRandom) -> Tensor<Float> {
    let classes = Tensor<Float>(model.classLogProbabilities(of: inputs).exp())
    return Tensor(concatenating: [inputs, classes.drawnClasses(using: random)], along: 1)
  }

  /// Block Gibbs sampling of inputs and classes, of which the inputs are kept.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    var request = request
    let random = ChainRandom(key: request.key.folded("start"))
    request.start = request.start.map { labelled($0, using: random) }
    request.clamped = request.clamped.map { inputs in
      Tensor(
        concatenating: [inputs, Tensor([inputs.shape[0], model.classCount], repeating: .nan)],
        along: 1)
    }
    let start =
      request.start
      ?? model.sampleVisible(
        given: Tensor(zeros: [request.count, model.hiddenCount]), using: random)
    return model.inputs(of: try request.gibbsDraws(of: model, from: start))
  }
}

extension ClassificationRBMKind: FeatureKind {
  /// E[h | x], the class summed out.
  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    model.hiddenMean(givenInputs: rows)
  }
}

extension ClassificationRBMKind: ClassifierKind {
  static var allowsMissingValues: Bool { true }

  func classProbabilities(
    ofIncomplete rows: Tensor<Float>, steps: Int, key: RandomKey, on workers: Workers
  ) -> Tensor<Double> {
    model.classProbabilities(
      ofIncomplete: rows, steps: steps, warmUp: (steps + 3) / 4, key: key, on: workers)
  }
}
