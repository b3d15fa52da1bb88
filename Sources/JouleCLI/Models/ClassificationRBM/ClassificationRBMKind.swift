import Joule

/// Restricted Boltzmann machines of inputs and classes. Their data are inputs alone: classes are summed out where
/// rows are judged, and drawn along where rows are sampled.
struct ClassificationRBMKind: ModelKind {
  typealias Model = ClassificationRBM<Float>

  static let title = "a classification restricted Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let drawsMeans = true
  static var commandName: String { RBMKind.commandName }

  let model: Model

  init(_ model: Model) { self.model = model }

  var variableCount: Int { model.inputCount }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.inputCount), ("hidden", model.hiddenCount), ("classes", model.classCount)]
  }

  var tensors: [(name: String, value: Tensor<Double>)] {
    model.tensors.map { ($0.name, Tensor<Double>($0.value)) }
  }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.energies(InputDistribution(model), key: key, on: workers)
  }

  /// log Z by a sum over the hidden units where those are few; else energies alone, for what the machine is judged
  /// by is how it classifies.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let bits = model.enumeratedBitCount
    var logPartition: LikelihoodReport.LogPartition?
    switch request.method {
    case .exact:
      try require(
        bits <= ExactPartition.largestBitCount,
        "--exact sums 2^\(bits) states, and 2^\(ExactPartition.largestBitCount) are the most")
      logPartition = summed(request)
    case .automatic, .annealed: if bits <= Self.quickBits { logPartition = summed(request) }
    }
    let energies = energies(of: request.rows, key: request.key.folded("rows"), on: request.workers)
    request.display.clear()
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(logPartition: logPartition, energies: energies)
  }

  /// Hidden units that are summed out without being asked: it takes seconds at most.
  private static let quickBits = 16

  private func summed(_ request: LikelihoodRequest) -> LikelihoodReport.LogPartition {
    .init(
      exact: ExactPartition.logPartition(of: ClassificationRBM<Double>(model), on: request.workers)
      {
        request.display.show($0, "summing 2^\(model.enumeratedBitCount) states")
      })
  }

  /// Block Gibbs sampling of inputs and classes, of which the inputs are kept.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    var request = request
    let random = ChainRandom(key: request.key.folded("start"))
    if let inputs = request.start {
      let classes = Tensor<Float>(model.classLogProbabilities(of: inputs).exp())
      request.start = Tensor(
        concatenating: [inputs, classes.drawnClasses(using: random)], along: 1)
    }
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
