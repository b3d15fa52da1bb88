import Foundation
import Joule

/// log Z of a product by the sum over its states, or between annealing from the data's own means to it and
/// back.
extension ProductKind {
  /// So few bits are summed without being asked.
  private static var quickBits: Int { 16 }

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let logPartition: LikelihoodReport.LogPartition
    var warnings: [String] = []
    switch request.method {
    case .exact where Values.values == .unit,
      .automatic where Values.values == .unit && variableCount <= Self.quickBits:
      try require(
        variableCount <= ExactPartition.largestBitCount,
        "--exact sums 2^\(variableCount) states, and 2^\(ExactPartition.largestBitCount) are the "
          + "most: leave it out to anneal instead")
      logPartition = .init(
        exact: ExactPartition.logPartition(of: model.product, on: request.workers) {
          request.display.show($0, "summing 2^\(variableCount) states")
        })
    case .exact:
      throw Failure("--exact sums states, and \(Self.title) has no end of them: leave it out")
    case .automatic:
      var annealed = request
      annealed.method = .annealed(chains: 100, steps: 1000)
      return try likelihood(annealed)
    case .annealed(let chains, let steps):
      let bracket = try bracket(chains: chains, steps: steps, request)
      logPartition = .init(bracket)
      if let warning = bracket.warning { warnings.append(warning) }
    }
    let energies = energies(
      of: request.rows, key: request.key.folded("rows"), on: request.workers)
    let report = LikelihoodReport(
      logPartition: logPartition, energies: energies, warnings: warnings)
    request.display.clear()
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the log-likelihood is not finite: some row has no probability under the product")
    return report
  }

  private func bracket(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket {
    let statistics = DataStatistics<Float>(
      of: request.rows.dataset, binarization: request.rows.binarization, exampleCount: 1000,
      key: request.key.folded("examples"))
    switch Values.values {
    case .unit:
      let base = BernoulliProduct(probabilities: statistics.smoothedMeans)
      let path = KernelAlongPath(GeometricPath(from: base, to: model.product)) { energy, _ in
        Gibbs(energy)
      }
      return try bracket(
        path.starting(from: base), Gibbs(model.product), statistics, chains, steps, request)
    case .real:
      let spread = (statistics.examples - statistics.means).squared().mean(along: 0) + 1e-6
      var covariance = Tensor<Float>(zeros: [variableCount, variableCount])
      for index in 0..<variableCount { covariance[index, index] = 2 * spread[index] }
      let base = try NormalDistribution(mean: statistics.means, covariance: covariance)
      let walk = try GaussianWalk(
        covariance: covariance, scale: 0.8 / Double(variableCount).squareRoot())
      let path = KernelAlongPath(GeometricPath(from: base, to: model.product)) { energy, _ in
        MetropolisHastings(energy, walk)
      }
      return try bracket(
        path.starting(from: base), MetropolisHastings(model.product, walk), statistics, chains,
        steps, request)
    }
  }

  /// Annealing forward, and back from samples that chains from data rows have become.
  private func bracket<Path: AnnealingPath, Kernel: TransitionKernel>(
    _ path: Path, _ kernel: Kernel, _ statistics: DataStatistics<Float>, _ chains: Int,
    _ steps: Int, _ request: LikelihoodRequest
  ) throws -> PartitionBracket where Path.Scalar == Float, Kernel.Scalar == Float {
    let (key, workers, display) = (request.key, request.workers, request.display)
    var samples = ParallelChains(
      at: statistics.startRows(chains), key: key.folded("samples"), on: workers
    ) { _ in kernel }
    try samples.advance(by: steps, on: workers) { display.show($0 / 3, "sampling the model") }
    let sampling = AnnealedImportanceSampling(path, steps: steps)
    let forward = try sampling.forward(chains: chains, key: key.folded("forward"), on: workers) {
      display.show((1 + $0) / 3, "annealing forward")
    }
    let reverse = try sampling.reverse(
      from: samples.position, key: key.folded("reverse"), on: workers
    ) { display.show((2 + $0) / 3, "annealing back") }
    return PartitionBracket(
      baseLogPartition: path.baseLogPartition, forward: forward, reverse: reverse)
  }
}
