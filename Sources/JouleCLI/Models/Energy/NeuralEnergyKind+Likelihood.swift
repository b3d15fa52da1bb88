import Joule

/// log Z of a neural energy: by a grid for one or two variables, by annealing for more.
extension NeuralEnergyKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    var warnings: [String] = []
    let logPartition: LikelihoodReport.LogPartition
    if variableCount <= 2 {
      let exact = try gridNormalization(request)
      do { _ = try exact.requiringAccuracy() } catch {
        warnings.append("log Z is not to be believed: \(error)")
      }
      logPartition = .init(
        exact.logPartition, error: exact.refinementChange + exact.borderMass, method: "grid")
    } else {
      switch request.method {
      case .exact:
        throw Failure(
          "--exact sums a grid, for one or two variables, and this energy has \(variableCount): leave "
            + "it out to anneal instead")
      case .automatic: logPartition = try annealed(chains: 100, steps: 1000, request, &warnings)
      case .annealed(let chains, let steps):
        logPartition = try annealed(chains: chains, steps: steps, request, &warnings)
      }
    }
    let energies = request.rows.energies(
      model, key: request.key.folded("rows"), on: request.workers)
    request.display.clear()
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(logPartition: logPartition, energies: energies, warnings: warnings)
  }

  /// A box around the data, wider and finer until log Z holds still, or until it is enough.
  private func gridNormalization(_ request: LikelihoodRequest) throws -> GridNormalization {
    let rows = request.rows.dataset
    let all: Tensor<Float> = rows.batch(0..<rows.rowCount)
    var ranges = (0..<variableCount).map { column in
      let values = all.columns(column..<column + 1)
      let (low, high) = (Double(values.min()), Double(values.max()))
      let room = max(0.5 * (high - low), 1e-3)
      // As far as the well's own tails reach: a normal density has 4e-8 of itself beyond.
      guard let (center, reach) = well(column) else { return low - room...high + room }
      return min(low - room, center - reach)...max(high + room, center + reach)
    }
    var count = variableCount == 1 ? 1000 : 200
    let largest = variableCount == 1 ? 100_000 : 1200
    while true {
      let exact = try GridNormalization(
        of: model, on: Grid(ranges, counts: ranges.map { _ in count }), on: request.workers)
      do {
        return try exact.requiringAccuracy()
      } catch GridError.massAtBorder where count < largest {
        ranges = ranges.map {
          let room = 0.25 * ($0.upperBound - $0.lowerBound)
          return $0.lowerBound - room...$0.upperBound + room
        }
        count = count * 3 / 4 * 2
      } catch GridError.tooCoarse where count < largest {
        count *= 2
      } catch {
        return exact
      }
    }
  }

  /// Between a normal distribution with the data's means and variances and the model, both ways.
  private func annealed(
    chains: Int, steps: Int, _ request: LikelihoodRequest, _ warnings: inout [String]
  ) throws -> LikelihoodReport.LogPartition {
    let (key, workers, display) = (request.key, request.workers, request.display)
    let data = request.rows.dataset
    let statistics = DataStatistics<Float>(
      of: data, binarization: .none, exampleCount: max(1000, chains), key: key.folded("examples"))
    let base = try base(statistics)
    var samples = try warmedUp(
      statistics.startRows(chains), steps: steps, key: key.folded("samples"), workers)
    let stepSize = samples.kernel.stepSize
    try samples.advance(by: steps, on: workers) { display.show($0 * 0.4, "sampling the model") }
    let path = KernelAlongPath(GeometricPath(from: base, to: model)) { energy, _ in
      MetropolisAdjustedLangevin(energy, stepSize: stepSize)
    }.starting(from: base)
    let sampling = AnnealedImportanceSampling(path, steps: steps)
    let forward = try sampling.forward(chains: chains, key: key.folded("forward"), on: workers) {
      display.show(0.4 + $0 * 0.3, "annealing forward")
    }
    let reverse = try sampling.reverse(
      from: samples.position, key: key.folded("reverse"), on: workers
    ) { display.show(0.7 + $0 * 0.3, "annealing back") }
    let bracket = PartitionBracket(
      baseLogPartition: path.baseLogPartition, forward: forward, reverse: reverse)
    if let warning = bracket.warning { warnings.append(warning) }
    return .init(bracket)
  }

  private func base(_ statistics: DataStatistics<Float>) throws -> NormalDistribution<Float> {
    let deviations = statistics.examples - statistics.means
    let variances = deviations.squared().mean(along: 0).elements
    var covariance = Tensor<Float>(zeros: [variableCount, variableCount])
    // A constant column gets the width that rounding cannot hide.
    for (index, variance) in variances.enumerated() {
      covariance[index, index] = max(variance, 1e-4)
    }
    return try NormalDistribution(mean: statistics.means, covariance: covariance)
  }
}
