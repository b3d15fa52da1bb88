import Joule

// Chains of kernels, and what they drew.
extension BenchRunner {
  private static let chains = 1024
  private static let dimensions = 128
  private static let leapfrogSteps = 10
  /// Accepted are about 39 % of the walk's proposals and 85 % of the trajectories.
  private static let walkScale = 0.05
  private static let stepSize = 0.15

  /// N(0, Σ) with Σᵢⱼ = 0.9^|i−j|.
  private static func covariance(_ n: Int) -> Tensor<Double> {
    var covariance = Tensor<Double>(zeros: [n, n])
    for i in 0..<n {
      covariance[i, i] = 1
      for j in i + 1..<n {
        covariance[i, j] = covariance[i, j - 1] * 0.9
        covariance[j, i] = covariance[i, j]
      }
    }
    return covariance
  }

  func correlatedGaussian() throws -> QuadraticEnergy<Double> {
    QuadraticEnergy(precision: try Self.covariance(100).inverse())
  }

  func randomWalk(_ workers: Workers) throws -> BenchMeasurement {
    try gaussianChains(steps: 1000, productsAStep: 1, workers) {
      MetropolisHastings($0, GaussianWalk(scale: Self.walkScale))
    }
  }

  func hamiltonian(_ workers: Workers) throws -> BenchMeasurement {
    try gaussianChains(steps: 100, productsAStep: Self.leapfrogSteps, workers) {
      HamiltonianMonteCarlo($0, stepSize: Self.stepSize, steps: Self.leapfrogSteps)
    }
  }

  /// Chains that start from exact draws.
  private func gaussianChains<Kernel: TransitionKernel>(
    steps: Int, productsAStep: Int, _ workers: Workers,
    _ kernel: (QuadraticEnergy<Float>) -> Kernel
  ) throws -> BenchMeasurement where Kernel.Scalar == Float {
    let (chains, n) = (Self.chains, Self.dimensions)
    let covariance = Self.covariance(n)
    let starts = Tensor<Double>(normal: [chains, n], using: RandomKey(seed: 8))
      .matmul(try covariance.cholesky(), transposingOther: true)
    var sampling = ParallelChains(
      kernel(QuadraticEnergy(precision: Tensor<Float>(try covariance.inverse()))),
      at: Tensor<Float>(starts), key: RandomKey(seed: 9))
    let seconds = try best { try sampling.advance(by: steps, on: workers) }
    return BenchMeasurement(
      seconds: seconds, flops: 2 * Double(steps * productsAStep * chains * n * n),
      samples: steps * chains, acceptance: sampling.meanAcceptance)
  }

  /// A machine's chains, by the kernel alone, without a trainer.
  func blockGibbs(_ workers: Workers) throws -> BenchMeasurement {
    let steps = 1000
    let starts = Tensor<Float>(
      shape: [batchSize, Self.visible],
      elements: Self.bits(batchSize * Self.visible).map(Float.init))
    var chains = ParallelChains(BlockGibbs(machine), at: starts, key: RandomKey(seed: 10))
    let seconds = try best { try chains.advance(by: steps, on: workers) }
    let samples = steps * batchSize
    return BenchMeasurement(
      seconds: seconds, flops: 4 * Double(samples * Self.visible * hidden), samples: samples)
  }

  /// Autoregressive draws, the correlation from one to the next between 0 and 0.95.
  func diagnostics(_ workers: Workers) -> BenchMeasurement {
    let (chains, count, variables) = (4, 10_000, 1000)
    let correlations = (0..<variables).map { 0.95 * Double($0) / Double(variables) }
    let innovations = correlations.map { (1 - $0 * $0).squareRoot() }
    var values = Tensor<Double>(
      normal: [chains * count, variables], using: RandomKey(seed: 11)
    ).elements
    for row in 0..<chains * count where row % count > 0 {
      let start = row * variables
      for j in 0..<variables {
        values[start + j] =
          correlations[j] * values[start - variables + j] + innovations[j] * values[start + j]
      }
    }
    let draws = Draws(Tensor(shape: [chains, count, variables], elements: values))
    values = []
    var runner = self
    runner.repeats = min(repeats, 2)
    return BenchMeasurement(seconds: runner.best { _ = draws.diagnostics(on: workers) })
  }
}

// NUTS, judged by its effective sample sizes.
extension BenchRunner {
  private static let nutsChains = 4
  private static let nutsDraws = 1000

  func noUTurns(_ model: QuadraticEnergy<Double>) throws -> BenchMeasurement {
    try noUTurns(
      model, names: (1...model.variableCount).map { "x[\($0)]" }, parameters: { $0 })
  }

  func noUTurns(_ model: HierarchicalNormal<Double>) throws -> BenchMeasurement {
    try noUTurns(model, names: model.parameterNames, parameters: model.parameters(of:))
  }

  /// Warm-up and draws, both timed; effective sample sizes and gradients of the draws alone.
  private func noUTurns<Model: DifferentiableEnergy>(
    _ model: Model, names: [String], parameters: (Tensor<Double>) -> Tensor<Double>
  ) throws -> BenchMeasurement where Model.Scalar == Double {
    let key = RandomKey(seed: seed).folded("nuts")
    let (count, n) = (Self.nutsChains, model.variableCount)
    var recorder = DrawRecorder<Double>(
      chainCount: count, variableCount: n, variableNames: names, capacity: Self.nutsDraws)
    var chains = ParallelChains(
      NoUTurnSampler(model), at: Tensor(normal: [count, n], using: key.folded("starts")),
      key: key.folded("warm-up"))
    var (gradients, divergences) = (0, 0)
    let clock = ContinuousClock()
    let begin = clock.now
    try chains.warmUp(steps: Self.nutsDraws)
    let kernel = chains.kernel
    var state = kernel.makeState(at: chains.position)
    for step in 0..<Self.nutsDraws {
      let info = kernel.step(
        &state, using: ChainRandom(key: key.folded("draws"), step: step))
      if let fault = info.fault { throw Failure("NUTS, draw \(step): \(fault)") }
      gradients += info.gradientCounts.reduce(0, +)
      divergences += info.diverged.count { $0 }
      recorder.record(parameters(kernel.position(of: state)))
    }
    let seconds = (clock.now - begin) / .seconds(1)
    let lines = recorder.draws?.diagnostics() ?? []
    return BenchMeasurement(
      seconds: seconds, samples: 2 * count * Self.nutsDraws,
      posterior: BenchPosterior(
        lines, gradients: gradients, divergences: divergences, stepSize: kernel.stepSize))
  }
}
