public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Persistent contrastive divergence: the model's term is estimated from chains that are never
/// restarted, k steps for every update.
///
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − E_chains[∂E/∂θ]
///
/// With a small learning rate the chains stay close to the model's distribution as it moves. Chains may also
/// rest in a buffer from which every update moves some, and restart now and then.
///
/// References: T. Tieleman, Training restricted Boltzmann machines using approximations to the likelihood
/// gradient, ICML 2008, §3; Y. Du, I. Mordatch, Implicit generation and modeling with energy-based models,
/// NeurIPS 2019, arXiv:1903.08689, §3.1, for the buffer and restarts.
public struct PersistentContrastiveDivergence<Kernel: CompletingKernel>: TermEstimator
where Kernel.State: Archivable {
  public typealias Model = Kernel.Model
  let steps: Int
  let chains: Int
  let groups: Int
  let restarts: ChainRestarts<Model.Scalar>?
  let makeKernel: @Sendable (Model) -> Kernel

  /// - Parameters:
  ///   - steps: k, at least 1.
  ///   - chains: how many an update moves, at least 1; they start at rows of the data, unless `restarts` say
  ///     otherwise.
  ///   - groups: groups of so many chains; every update moves one, drawn at random, while the others rest.
  ///     More than 1 makes a replay buffer of `chains · groups`, whose rows are of many ages.
  ///   - restarts: chains that begin anew before an update; nil for none.
  ///   - kernel: makes the kernel of a model; it is called at every update, as the model moves.
  public init(
    steps: Int = 1, chains: Int = 100, groups: Int = 1,
    restarts: ChainRestarts<Model.Scalar>? = nil, kernel: @escaping @Sendable (Model) -> Kernel
  ) {
    precondition(steps > 0, "persistent CD needs at least 1 step an update, got \(steps)")
    precondition(chains > 0, "persistent CD needs at least 1 chain, got \(chains)")
    precondition(groups > 0, "persistent CD needs at least 1 group of chains, got \(groups)")
    self.steps = steps
    self.chains = chains
    self.groups = groups
    self.restarts = restarts
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
    let count = chains * groups
    let start =
      restarts?.beginnings(count, using: ChainRandom(key: key.folded("beginnings")))
      ?? statistics.startRows(count)
    return State(
      key: key,
      chains: (0..<groups).flatMap { group in
        RowPieces.ranges(chains).map { range in
          let first = group * chains + range.lowerBound
          return (first, kernel.makeState(at: start.rows(first..<first + range.count)))
        }
      })
  }

  /// The pieces of the chains that an update moves.
  private func moving(at step: Int, of state: State) -> Range<Int> {
    let size = state.chains.count / groups
    guard groups > 1 else { return 0..<size }
    var stream = RandomStream(key: state.key.folded("group").folded(UInt64(step)))
    let group = stream.integer(below: groups)
    return group * size..<(group + 1) * size
  }

  public func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>] {
    terms(model, chainsOf: model, at: batch, step: step, state: &state, on: workers)
  }

  /// The same with chains that sample another model than the one whose data term is taken.
  func terms(
    _ model: Model, chainsOf sampled: Model, at batch: Tensor<Model.Scalar>, step: Int,
    state: inout State, on workers: Workers
  ) -> [GradientTerm<Model>] {
    let kernel = makeKernel(sampled)
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.batchRanges != ranges {
      state.batchRanges = ranges
      state.data = ranges.map { model.complete(batch.rows($0)) }
    }
    workers.mutateEach(&state.data) { index, completion in
      model.complete(ranges[index], of: batch, into: &completion)
    }
    let key = state.key
    let moving = moving(at: step, of: state)
    workers.mutateEach(&state.chains) { index, piece in
      guard moving.contains(index) else { return }
      let random = ChainRandom(key: key, firstChain: piece.first)
      if let restarts {
        var rows = kernel.position(of: piece.state)
        let restarting = ChainRandom(
          key: key.folded("restarts"), firstChain: piece.first, step: step)
        if let new = restarts.drawn(rows.shape[0], from: batch, using: restarting) {
          rows.assignRows(where: new.marks, from: new.rows)
          kernel.restart(&piece.state, at: rows)
        }
      }
      for number in 0..<steps {
        kernel.move(&piece.state, using: random.with(step: step * steps + number))
      }
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    return state.data.map { GradientTerm($0, weight: weight) }
      + state.chains[moving].map {
        GradientTerm(kernel.completion(of: $0.state), weight: -1 / Model.Scalar(chains))
      }
  }
}

extension PersistentContrastiveDivergence: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    let kernel = makeKernel(model)
    return Tensor(concatenating: state.chains.map { kernel.position(of: $0.state) }, along: 0)
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
