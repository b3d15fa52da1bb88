public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Persistent contrastive divergence: the model's term is estimated from chains that are never
/// restarted, k steps for every update.
///
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − E_chains[∂E/∂θ]
///
/// With a small learning rate the chains stay close to the model's distribution as it moves.
///
/// Reference: T. Tieleman, Training restricted Boltzmann machines using approximations to the
/// likelihood gradient, ICML 2008, §3.
public struct PersistentContrastiveDivergence<Kernel: CompletingKernel>: TermEstimator
where Kernel.State: Archivable {
  public typealias Model = Kernel.Model
  let steps: Int
  let chains: Int
  let makeKernel: @Sendable (Model) -> Kernel

  /// - Parameters:
  ///   - steps: k, at least 1.
  ///   - chains: how many, at least 1; they start at rows of the data.
  ///   - kernel: makes the kernel of a model; it is called at every update, as the model moves.
  public init(
    steps: Int = 1, chains: Int = 100, kernel: @escaping @Sendable (Model) -> Kernel
  ) {
    precondition(steps > 0, "persistent CD needs at least 1 step an update, got \(steps)")
    precondition(chains > 0, "persistent CD needs at least 1 chain, got \(chains)")
    self.steps = steps
    self.chains = chains
    self.makeKernel = kernel
  }

  public struct State: Sendable {
    let key: RandomKey
    var batchRanges: [Range<Int>] = []
    /// Scratch for the batch.
    var data: [Model.Completion] = []
    /// The first chain and the state of every piece of the chains.
    var chains: [(first: Int, state: Kernel.State)]
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    let kernel = makeKernel(model)
    let start = statistics.startRows(chains)
    return State(
      key: key,
      chains: RowPieces.ranges(chains).map { range in
        (range.lowerBound, kernel.makeState(at: start.rows(range)))
      })
  }

  public func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>] {
    let kernel = makeKernel(model)
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.batchRanges != ranges {
      state.batchRanges = ranges
      state.data = ranges.map { model.complete(batch.rows($0)) }
    }
    workers.mutateEach(&state.data) { index, completion in
      model.complete(ranges[index], of: batch, into: &completion)
    }
    let key = state.key
    workers.mutateEach(&state.chains) { _, piece in
      let random = ChainRandom(key: key, firstChain: piece.first)
      for number in 0..<steps {
        kernel.step(&piece.state, using: random.with(step: step * steps + number))
      }
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    return state.data.map { GradientTerm($0, weight: weight) }
      + state.chains.map {
        GradientTerm(kernel.completion(of: $0.state), weight: -1 / Model.Scalar(chains))
      }
  }
}

extension PersistentContrastiveDivergence.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    for (number, piece) in chains.enumerated() {
      piece.state.archive(into: &archive, prefix: "\(prefix)chains\(number).")
    }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    for number in chains.indices {
      try chains[number].state.restore(from: archive, prefix: "\(prefix)chains\(number).")
    }
  }
}
