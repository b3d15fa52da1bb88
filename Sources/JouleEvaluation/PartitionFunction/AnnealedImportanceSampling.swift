public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Annealed importance sampling along a path from a distribution that is known to the model, and back.
///
/// Forward, from exact draws of p₀ at β = 0 up to β = 1, the mean weight is Z₁/Z₀ in expectation, so
/// log Z is underestimated on average. Backward, from the model's own samples down to β = 0, it is Z₀/Z₁,
/// so log Z is overestimated: the two bracket it.
///
/// References: R. Neal, Annealed importance sampling, Statistics and Computing 11 (2001), eq. 3–11;
/// Y. Burda, R. Grosse, R. Salakhutdinov, Accurate and conservative estimates of MRF log-likelihood using
/// reverse annealing, AISTATS 2015, §4.
public struct AnnealedImportanceSampling<Path: AnnealingPath>: Sendable {
  public let path: Path
  /// 0 = β₀ < β₁ < … < βₙ = 1.
  public let temperatures: [Double]

  /// - Parameter steps: n, the number of transitions; β is equally spaced.
  public init(_ path: Path, steps: Int) {
    precondition(steps > 0, "annealing needs at least one step, got \(steps)")
    self.path = path
    temperatures = (0...steps).map { Double($0) / Double(steps) }
  }

  /// Weights of chains from p₀ to the model: log Z ≈ `path.baseLogPartition` + log mean.
  public func forward(
    chains: Int, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) -> ImportanceWeights {
    precondition(chains > 0, "annealing needs at least one chain, got \(chains)")
    return anneal(
      RowPieces.ranges(chains).map { range in
        (
          range,
          path.sampleBase(
            count: range.count, using: ChainRandom(key: key, firstChain: range.lowerBound))
        )
      },
      along: temperatures, key: key, on: workers, progress: progress)
  }

  /// Weights of chains from the model to p₀: log Z ≈ `path.baseLogPartition` − log mean.
  ///
  /// - Parameter rows: samples of the model, `[chains, variables]`. The bound holds in expectation for
  ///   exact samples; samples that stayed close to where they started can err either way.
  public func reverse(
    from rows: Tensor<Path.Scalar>, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) -> ImportanceWeights {
    precondition(rows.shape[0] > 0, "annealing needs at least one chain, got none")
    return anneal(
      RowPieces.ranges(rows.shape[0]).map { ($0, path.makeState(at: rows.rows($0))) },
      along: temperatures.reversed(), key: key, on: workers, progress: progress)
  }

  /// Takes all chains along the temperatures. Chains are cut in pieces by their number alone.
  private func anneal(
    _ states: [(chains: Range<Int>, state: Path.State)], along temperatures: [Double],
    key: RandomKey, on workers: Workers, progress: (Double) -> Void
  ) -> ImportanceWeights {
    var pieces = states.map { piece in
      (
        firstChain: piece.chains.lowerBound, state: piece.state,
        logWeights: [Double](repeating: 0, count: piece.chains.count)
      )
    }
    // Rounds of temperatures let progress be shown at little cost.
    let stepCount = temperatures.count - 1
    let round = Swift.max(1, Swift.min(100, stepCount / 100))
    for first in stride(from: 0, to: stepCount, by: round) {
      let last = Swift.min(first + round, stepCount)
      workers.mutateEach(&pieces) { _, piece in
        for step in first..<last {
          path.advance(
            &piece.state, from: temperatures[step], to: temperatures[step + 1],
            logWeights: &piece.logWeights,
            using: ChainRandom(key: key, firstChain: piece.firstChain, step: step + 1))
        }
      }
      progress(Double(last) / Double(stepCount))
    }
    return ImportanceWeights(pieces.flatMap(\.logWeights))
  }
}
