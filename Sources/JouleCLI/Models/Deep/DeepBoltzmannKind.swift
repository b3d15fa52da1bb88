import Joule

/// Kinds of deep Boltzmann machine: whatever does not depend on their units.
protocol DeepBoltzmannKind: LayeredKind, AnnealedKind
where Model == DeepBoltzmannMachine<Float>, Machine == BoltzmannMachine<Float> {}

extension DeepBoltzmannKind {
  static var drawsMeans: Bool { true }

  var sizes: [(name: String, count: Int)] {
    model.machine.layers.enumerated().map { number, layer in
      (number == 0 ? "visible" : "hidden\(number)", layer.width)
    }
  }

  /// Rounds of mean-field updates where rows are judged: many more change nothing any more.
  private static var judgingRounds: Int { 50 }

  /// The model with inference that has settled.
  var judged: Model {
    Model(model.machine, inferenceRounds: max(model.inferenceRounds, Self.judgingRounds))
  }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.energies(judged, key: key, on: workers)
  }

  /// Block Gibbs sampling of all layers, with the given values held where rows are clamped.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try drawEven(request).columns(0..<model.variableCount)
  }

  /// The states of all even layers.
  func drawEven(_ request: DrawRequest) throws -> Tensor<Float> {
    let (machine, columns) = (model.machine, model.variableCount)
    let path = machine.annealingPath(fromMeans: nil)
    let start =
      request.start.map { model.inferredRows(for: $0) }
      ?? path.position(
        of: path.sampleBase(
          count: request.count, using: ChainRandom(key: request.key.folded("start"))))
    var whole = request
    whole.clamped = request.clamped.map { clamped in
      let free = Tensor<Float>(
        [clamped.shape[0], machine.variableCount - columns], repeating: .nan)
      return Tensor(concatenating: [clamped, free], along: 1)
    }
    return try whole.gibbsDraws(of: machine, from: start)
  }
}

/// Joint training.
extension DeepBoltzmannKind {
  /// Mean field for the data's term, chains of the whole machine for the model's.
  static func inferring(
    _ settings: EstimatorSettings, learningRate: Double
  ) throws -> any GradientEstimator<Model> {
    let terms: (any TermEstimator<Machine>)? = try settings.terms(
      learningRate: learningRate, baseMeans: nil)
    guard let terms else {
      throw Failure("--method \(settings.method.rawValue) is for one hidden layer alone")
    }
    return inferring(terms, centering: settings.centering)
  }

  private static func inferring<Base: TermEstimator>(
    _ base: Base, centering: Bool
  ) -> any GradientEstimator<Model> where Base.Model == Machine {
    centering
      ? Inferred(Centered(base, followsVisible: true), for: Model.self)
      : Inferred(base, for: Model.self)
  }
}

/// The partition function, exactly or between two annealed estimates, and the bound that follows.
extension DeepBoltzmannKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition = try partition(request)
    var report = LikelihoodReport(
      logPartition: partition.logPartition,
      energies: energies(
        of: request.rows, key: request.key.folded("rows"), on: request.workers),
      isLowerBound: model.machine.layers.count > 2 || request.rows.dataset.hasMissing,
      warnings: partition.warnings)
    request.display.clear()
    try report.requireFinite()
    if model.machine.layers[0].isFinite { report.doubtCertainty() }
    return report
  }

  private func partition(
    _ request: LikelihoodRequest
  ) throws -> (logPartition: LikelihoodReport.LogPartition?, warnings: [String]) {
    try request.partition(of: model.machine) { try bracket(chains: $0, steps: $1, request) }
  }

  var annealed: Model.Machine { model.machine }

  /// The layers above the data begin with the means inferred from it.
  func ends(of annealing: AnnealedPartition<Model.Machine>) -> AnnealingEnds {
    let statistics = annealing.statistics(examples: 1000)
    let examples = judged.inferredRows(for: statistics.examples)
    var latent = examples.columns(model.variableCount..<examples.shape[1]).mean(along: 0)
    let areBits = Self.values == .unit
    if areBits { latent.clamp(to: 1e-3...(1 - 1e-3)) }
    return AnnealingEnds(
      baseMeans: Tensor(
        concatenating: [areBits ? statistics.smoothedMeans : statistics.means, latent]),
      start: examples.rows(at: (0..<annealing.startCount).map { $0 % examples.shape[0] }))
  }

  func completions(
    of rows: Tensor<Float>, _ request: RowLikelihoodRequest
  ) throws -> RowCompletions<Float> {
    try request.annealing(judged).completions(
      of: rows, key: request.key, on: request.whole.workers
    ) { request.whole.display.show($0 * 0.3, "annealing rows") }
  }

  /// The true log-likelihood of rows, what is latent above each of them annealed.
  func annealedRowLikelihood(_ request: RowLikelihoodRequest) throws -> LikelihoodReport {
    let annealing = request.annealing(judged)
    guard annealing.hasLatentColumns else { throw Failure(request.exactRows(Self.title)) }
    let partition = try partition(request.whole)
    guard let logPartition = partition.logPartition else {
      preconditionFailure("log Z of a machine is summed or annealed")
    }
    let brackets = try annealing.brackets(
      of: request.rows, key: request.key, on: request.whole.workers
    ) { request.whole.display.show($0, "annealing rows") }
    return LikelihoodReport(
      logPartition: logPartition, rows: brackets, energyOffset: request.whole.rows.energyOffset,
      warnings: partition.warnings)
  }
}
