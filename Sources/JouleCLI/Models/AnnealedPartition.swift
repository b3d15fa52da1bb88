import Joule

/// log Z of a machine of two blocks, between annealing to it and back from its own samples.
struct AnnealedPartition<Machine: LatentVariableModel & AnnealableModel>
where Machine.Scalar == Float {
  let machine: Machine
  /// Chains of annealing in either direction.
  let chains: Int
  /// Steps of annealing in either direction, and of sampling from the start to the machine's samples.
  let steps: Int
  let key: RandomKey
  let workers: Workers
  let display: ProgressDisplay

  /// Temperatures are spaced by samples of their own, so that the weights do not depend on them.
  private var pilots: Int { max(1, chains / 2) }

  /// The rows that the chains which sample the machine start at are so many.
  var startCount: Int { chains + pilots }

  /// - Parameters:
  ///   - baseMeans: of the visible variables at the other end of the path.
  ///   - start: where the chains that sample the machine start, `[startCount, visible]`.
  func bracket(baseMeans: Tensor<Float>?, start: Tensor<Float>) throws -> PartitionBracket {
    let path = machine.annealingPath(fromMeans: baseMeans)
    let kernel = BlockGibbs(machine)
    var samples = ParallelChains(at: start, key: key.folded("samples"), on: workers) { _ in kernel }
    try samples.advance(by: steps, on: workers) {
      display.show($0 * 0.4, "sampling the model")
    }
    let rows = samples.position
    let pilot = AnnealedImportanceSampling(path, steps: (steps + 3) / 4)
    let profile = try pilot.profile(
      from: rows.rows(chains..<startCount), key: key.folded("pilot"), on: workers
    ) { display.show(0.4 + $0 * 0.06, "spacing the temperatures") }
    let sampling = pilot.spaced(by: profile, steps: steps)
    let forward = try sampling.forward(chains: chains, key: key.folded("forward"), on: workers) {
      display.show(0.46 + $0 * 0.27, "annealing forward")
    }
    let reverse = try sampling.reverse(
      from: rows.rows(0..<chains), key: key.folded("reverse"), on: workers
    ) { display.show(0.73 + $0 * 0.27, "annealing back") }
    return PartitionBracket(
      baseLogPartition: path.baseLogPartition, forward: forward, reverse: reverse)
  }
}
