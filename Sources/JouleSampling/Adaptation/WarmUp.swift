public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Finds a kernel's step size and mass, and moves the chains to where the distribution is.
///
///     let ready = try WarmUp(steps: 1000).run(
///       NoUTurnSampler(energy, stepSize: 1), at: starts, key: key.folded("warm-up"), on: workers)
///     var chains = ParallelChains(at: ready.rows, key: key.folded("sampling")) { _ in ready.kernel }
///
/// Adaptation ends with it: chains that adapt for ever need not converge, so what comes out is an immutable
/// kernel, and nothing of the warm-up is to be used as a sample.
///
/// All chains share one step size and one mass, from the statistics of all of them. So they are known after
/// fewer steps, the more chains there are, and any chain can go on with the kernel. The price: where chains sit in
/// places of different scale the kernel is a compromise, and one chain astray drags the others.
public struct WarmUp: Sendable {
  /// What is estimated of the mass.
  public enum Mass: Sendable {
    /// Nothing: the kernel keeps its own.
    case kept
    /// Variances: for variables of different scales. n numbers, and no cost.
    case diagonal
    /// Covariances too: for variables that depend on each other. n²/2 numbers want more draws, and
    /// each leapfrog step costs two products of n² more.
    case dense
  }

  public let schedule: WarmUpSchedule
  /// The acceptance to aim at; nil for what the kernel recommends.
  public let targetAcceptance: Double?
  public let mass: Mass

  /// - Parameters:
  ///   - steps: of every chain.
  ///   - targetAcceptance: in (0, 1); larger for smaller steps.
  public init(steps: Int = 1000, targetAcceptance: Double? = nil, mass: Mass = .diagonal) {
    schedule = WarmUpSchedule(steps: steps)
    self.targetAcceptance = targetAcceptance
    self.mass = mass
  }

  /// Step size and mass.
  ///
  /// - Parameters:
  ///   - kernel: its step size is where the search begins.
  ///   - rows: where the chains start, `[chains, variables]`; better scattered than all in one place.
  ///   - key: for warm-up alone; sampling takes another.
  ///   - progress: called now and then with the fraction done.
  ///   - observing: called after every step with its number and what the pieces of the chains told.
  public func run<Kernel: MetricTunable>(
    _ kernel: Kernel, at rows: Tensor<Kernel.Scalar>, key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in },
    observing: (Int, [Kernel.Info]) -> Void = { _, _ in }
  ) throws(WarmUpError) -> WarmedUp<Kernel> {
    var run = WarmUpRun(kernel, at: rows, key: key, self, workers)
    switch mass {
    case .kept: break
    case .diagonal: run.estimate = { MetricEstimate(around: $0, isDense: false) }
    case .dense: run.estimate = { MetricEstimate(around: $0, isDense: true) }
    }
    try run.advance(progress, observing) { kernel, estimate, step throws(WarmUpError) in
      do throws(MetricError) {
        guard let metric = try estimate.metric() else { return nil }
        return kernel.with(metric: metric)
      } catch {
        throw .metric(error, step: step)
      }
    }
    return run.result
  }

  /// The step size alone.
  public func run<Kernel: StepSizeTunable>(
    _ kernel: Kernel, at rows: Tensor<Kernel.Scalar>, key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in },
    observing: (Int, [Kernel.Info]) -> Void = { _, _ in }
  ) throws(WarmUpError) -> WarmedUp<Kernel> {
    var run = WarmUpRun(kernel, at: rows, key: key, self, workers)
    try run.advance(progress, observing) { _, _, _ throws(WarmUpError) in nil }
    return run.result
  }
}

/// What a warm-up leaves.
public struct WarmedUp<Kernel: TransitionKernel>: Sendable {
  /// With the step size and the mass that were found.
  public let kernel: Kernel
  /// Where the chains are, `[chains, variables]`.
  public let rows: Tensor<Kernel.Scalar>
  /// The mean acceptance of every step, over all chains.
  public let acceptances: [Double]
}
