public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleSampling
public import JouleTensor

/// Annealed importance sampling along a path from a distribution that is known to the model, and back.
///
/// Forward, from exact draws of p₀ at β = 0 up to β = 1, the mean weight is Z₁/Z₀ in expectation, so
/// log Z is underestimated on average. Backward, from the model's own samples down to β = 0, it is Z₀/Z₁,
/// so log Z is overestimated: the two bracket it. Any kernel on any path will do:
///
///     let chains = KernelAlongPath(GeometricPath(from: base, to: energy)) { energy, beta in
///       MetropolisHastings(energy, GaussianWalk(scale: 0.4))
///     }
///     let weights = try AnnealedImportanceSampling(chains.starting(from: base), steps: 1000)
///       .forward(chains: 100, key: key)
///
/// References: R. Neal, Annealed importance sampling, Statistics and Computing 11 (2001), eq. 3–11;
/// Y. Burda, R. Grosse, R. Salakhutdinov, Accurate and conservative estimates of MRF log-likelihood using
/// reverse annealing, AISTATS 2015, §4.
public struct AnnealedImportanceSampling<Path: AnnealingPath>: Sendable {
  public let path: Path
  /// 0 = β₀ < β₁ < … < βₙ = 1.
  public let temperatures: TemperatureLadder

  /// - Parameter steps: n, the number of transitions; β is equally spaced.
  public init(_ path: Path, steps: Int) {
    precondition(steps > 0, "annealing needs at least one step, got \(steps)")
    self.init(path, checked: .equallySpaced(intervals: steps))
  }

  /// - Parameter temperatures: from 0 to 1.
  /// - Throws: when they do not begin at 0 and end at 1.
  public init(_ path: Path, temperatures: TemperatureLadder) throws(LadderError) {
    let (first, last) = (temperatures.betas[0], temperatures.betas[temperatures.count - 1])
    guard first == 0, last == 1 else { throw .doesNotSpanThePath(first, last) }
    self.init(path, checked: temperatures)
  }

  init(_ path: Path, checked temperatures: TemperatureLadder) {
    self.path = path
    self.temperatures = temperatures
  }

  /// Weights of chains from p₀ to the model: log Z ≈ `path.baseLogPartition` + log mean.
  ///
  /// - Throws: the first fault of a chain; a weight that is NaN is one.
  public func forward(
    chains: Int, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> ImportanceWeights {
    try forwardPass(chains: chains, key: key, on: workers, progress: progress).weights
  }

  /// Where chains from p₀ to the model end, with their weights: weighted, they stand for the model.
  ///
  ///     E[w φ(x)] = (Z₁/Z₀) E_model[φ(x)]   for every φ
  ///
  /// - Returns: `[chains, variables]`, and the weights of ``forward(chains:key:on:progress:)``.
  /// - Throws: the first fault of a chain.
  public func weightedSamples(
    chains: Int, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> (rows: Tensor<Path.Scalar>, weights: ImportanceWeights) {
    let pass = try forwardPass(chains: chains, key: key, on: workers, progress: progress)
    return (pass.rows, pass.weights)
  }

  /// Weights of chains from the model to p₀: log Z ≈ `path.baseLogPartition` − log mean.
  ///
  /// - Parameter rows: samples of the model, `[chains, variables]`. The bound holds in expectation for
  ///   exact samples; samples that stayed close to where they started can err either way.
  /// - Throws: the first fault of a chain; a weight that is NaN is one.
  public func reverse(
    from rows: Tensor<Path.Scalar>, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> ImportanceWeights {
    try reversePass(from: rows, key: key, on: workers, progress: progress).weights
  }

  /// What a pass along the temperatures gives.
  struct Pass {
    let weights: ImportanceWeights
    /// Where the chains end, `[chains, variables]`.
    let rows: Tensor<Path.Scalar>
    /// Over the chains, of each interval in the order of the pass: the mean and the standard deviation
    /// of what it adds to log weights.
    let means: [Double]
    let deviations: [Double]
  }

  func forwardPass(
    chains: Int, key: RandomKey, on workers: Workers, progress: (Double) -> Void
  ) throws(TransitionFault) -> Pass {
    precondition(chains > 0, "annealing needs at least one chain, got \(chains)")
    let pieces = RowPieces.ranges(chains).map { range in
      AnnealingPiece<Path>(
        chains: range, intervals: temperatures.count - 1,
        state: path.sampleBase(
          count: range.count, using: ChainRandom(key: key, firstChain: range.lowerBound)))
    }
    return try anneal(
      pieces, along: temperatures.betas, key: key, on: workers, progress: progress)
  }

  func reversePass(
    from rows: Tensor<Path.Scalar>, key: RandomKey, on workers: Workers,
    progress: (Double) -> Void
  ) throws(TransitionFault) -> Pass {
    precondition(rows.shape[0] > 0, "annealing needs at least one chain, got none")
    let pieces = RowPieces.ranges(rows.shape[0]).map { range in
      AnnealingPiece<Path>(
        chains: range, intervals: temperatures.count - 1,
        state: path.makeState(at: rows.rows(range)))
    }
    return try anneal(
      pieces, along: temperatures.betas.reversed(), key: key, on: workers, progress: progress)
  }

  /// Takes all chains along the temperatures. Chains are cut in pieces by their number alone.
  private func anneal(
    _ pieces: [AnnealingPiece<Path>], along betas: [Double], key: RandomKey,
    on workers: Workers, progress: (Double) -> Void
  ) throws(TransitionFault) -> Pass {
    var pieces = pieces
    let path = self.path
    // Rounds of temperatures let progress be shown at little cost.
    let stepCount = betas.count - 1
    let round = Swift.max(1, Swift.min(100, stepCount / 100))
    for first in stride(from: 0, to: stepCount, by: round) {
      let last = Swift.min(first + round, stepCount)
      workers.mutateEach(&pieces) { _, piece in
        for step in first..<last where piece.fault == nil {
          piece.advance(
            along: path, from: betas[step], to: betas[step + 1], interval: step,
            using: ChainRandom(key: key, firstChain: piece.firstChain, step: step + 1))
        }
      }
      if let fault = pieces.lazy.compactMap(\.fault).first { throw fault }
      progress(Double(last) / Double(stepCount))
    }
    return Pass(
      weights: ImportanceWeights(pieces.flatMap(\.logWeights)),
      rows: Tensor(concatenating: pieces.map { path.position(of: $0.state) }),
      means: (0..<stepCount).map { interval in
        AnnealingMoments.combined(pieces.map { $0.moments[interval] }).mean
      },
      deviations: (0..<stepCount).map { interval in
        AnnealingMoments.combined(pieces.map { $0.moments[interval] }).deviation
      })
  }
}
