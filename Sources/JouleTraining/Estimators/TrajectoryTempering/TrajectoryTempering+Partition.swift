public import JouleCore
import JouleRandom
import JouleTensor
import RealModule

extension TrajectoryTempering where Model: AnnealableModel {
  /// log Z of the model as it is, from its whole past.
  ///
  ///     log Z = log Z₀ + Σ_k log Z_{k+1}/Z_k
  ///
  /// Z₀ belongs to the model without couplings. The model's own annealing path begins at independent
  /// variables, whose constant is known; draws from there are weighed. Where independent variables are all
  /// that the uncoupled model is, as in a restricted Boltzmann machine, the weights are all the same and
  /// log Z₀ is exact. Every ratio of snapshots is Bennett's, over all updates since both exist; that
  /// of the last snapshot and the model comes from where the chains are now.
  ///
  /// - Returns: the estimate and its standard error over chains, in nats. The error knows nothing of chains
  ///   that have all missed something, or that were not at equilibrium when snapshots were young.
  /// - Complexity: two energies of all chains of two models.
  public func logPartition(
    _ model: Model, of state: State
  ) -> (value: Double, standardError: Double) {
    let first = self.model(model, of: state.snapshots[0])
    let base = Self.logPartition(ofUncoupled: first, key: state.key.folded("uncoupled"))
    let last = state.snapshots.count - 1
    let kernels = [self.model(model, of: state.snapshots[last]), model]
    let (older, newer) = (makeKernel(kernels[0]), makeKernel(kernels[1]))
    let olderRows = Tensor(
      concatenating: state.pieces.map { older.position(of: $0.levels[last]) }, along: 0)
    let newerRows = Tensor(
      concatenating: state.pieces.map { newer.position(of: $0.levels[last + 1]) }, along: 0)
    let forward = Self.logRatios(of: olderRows, kernels[1], over: kernels[0])
    let reverse = Self.logRatios(of: newerRows, kernels[0], over: kernels[1])
    var present = RatioRecord(forward: forward, reverse: reverse)
    present.note(forward: forward, reverse: reverse)

    let ratios = state.ratios + [present]
    var deviations = [Double](repeating: 0, count: chains)
    for ratio in ratios {
      for (chain, deviation) in ratio.deviations.enumerated() { deviations[chain] += deviation }
    }
    // Every pair's deviations have the mean zero.
    let squares = deviations.reduce(0) { $0 + $1 * $1 }
    let variance =
      chains > 1 ? squares / Double(chains - 1) / Double(chains) : Double.infinity
    return (
      base.value + ratios.reduce(0) { $0 + $1.logRatio },
      (variance + base.standardError * base.standardError).squareRoot()
    )
  }

  private static func logPartition(
    ofUncoupled model: Model, key: RandomKey
  ) -> (value: Double, standardError: Double) {
    let path = model.annealingPath(fromMeans: nil)
    let draws = 256
    var state = path.sampleBase(count: draws, using: ChainRandom(key: key))
    var logWeights = [Double](repeating: 0, count: draws)
    path.weigh(&state, from: 0, to: 1, logWeights: &logWeights)
    let largest = logWeights.max() ?? 0
    let weights = logWeights.map { Double.exp($0 - largest) }
    let mean = weights.reduce(0, +) / Double(draws)
    let squares = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (
      path.baseLogPartition + largest + Double.log(mean),
      (squares / Double(draws - 1) / Double(draws)).squareRoot() / mean
    )
  }
}

extension TrajectoryTempering: ReportingEstimator where Model: AnnealableModel {
  /// `log_partition` with `log_partition_error`, the number of `snapshots`, and the `least_swap_rate` that is
  /// left between the model and the last of them.
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    let logPartition = logPartition(model, of: state)
    return [
      "log_partition": logPartition.value, "log_partition_error": logPartition.standardError,
      "snapshots": Double(state.snapshots.count), "least_swap_rate": state.swapRate,
    ]
  }
}
