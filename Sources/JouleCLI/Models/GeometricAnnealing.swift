import Joule

/// log Z of an energy of which nothing is known but its value: between annealing from independent variables with the
/// data's own means to it and back.
extension LikelihoodRequest {
  /// Of bits, by Gibbs sampling.
  func bracket<Energy: LocalEnergy>(
    ofBits energy: Energy, chains: Int, steps: Int
  ) throws -> PartitionBracket where Energy.Scalar == Float {
    let statistics = statistics
    let base = BernoulliProduct(probabilities: statistics.smoothedMeans)
    let path = KernelAlongPath(GeometricPath(from: base, to: energy)) { energy, _ in
      Gibbs(energy)
    }
    return try bracket(path.starting(from: base), Gibbs(energy), statistics, chains, steps)
  }

  /// Of bits, by discrete Langevin steps whose size the model's own chains find.
  func bracket<Energy: LocalEnergy & DifferentiableEnergy>(
    ofSmoothBits energy: Energy, chains: Int, steps: Int
  ) throws -> PartitionBracket where Energy.Scalar == Float {
    let statistics = statistics
    let base = BernoulliProduct(probabilities: statistics.smoothedMeans)
    var pilots = ParallelChains(
      DiscreteLangevin(adapting: energy), at: statistics.startRows(chains),
      key: key.folded("pilots"))
    try pilots.warmUp(steps: max(20, steps / 5), on: workers)
    let stepSize = pilots.kernel.stepSize
    let path = KernelAlongPath(GeometricPath(from: base, to: energy)) { energy, _ in
      DiscreteLangevin(energy, stepSize: stepSize)
    }
    return try bracket(
      path.starting(from: base), DiscreteLangevin(energy, stepSize: stepSize), statistics, chains,
      steps)
  }

  /// Of numbers, by Metropolis steps.
  func bracket<Energy: EnergyModel>(
    ofNumbers energy: Energy, chains: Int, steps: Int
  ) throws -> PartitionBracket where Energy.Scalar == Float {
    let statistics = statistics
    let count = energy.variableCount
    let spread = (statistics.examples - statistics.means).squared().mean(along: 0) + 1e-6
    var covariance = Tensor<Float>(zeros: [count, count])
    for index in 0..<count { covariance[index, index] = 2 * spread[index] }
    let base = try NormalDistribution(mean: statistics.means, covariance: covariance)
    let walk = try GaussianWalk(
      covariance: covariance, scale: 0.8 / Double(count).squareRoot())
    let path = KernelAlongPath(GeometricPath(from: base, to: energy)) { energy, _ in
      MetropolisHastings(energy, walk)
    }
    return try bracket(
      path.starting(from: base), MetropolisHastings(energy, walk), statistics, chains, steps)
  }

  private var statistics: DataStatistics<Float> {
    DataStatistics(
      of: rows.dataset, binarization: rows.binarization, exampleCount: 1000,
      key: key.folded("examples"))
  }

  /// Annealing forward, and back from samples that chains from data rows have become.
  private func bracket<Path: AnnealingPath, Kernel: TransitionKernel>(
    _ path: Path, _ kernel: Kernel, _ statistics: DataStatistics<Float>, _ chains: Int, _ steps: Int
  ) throws -> PartitionBracket where Path.Scalar == Float, Kernel.Scalar == Float {
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
