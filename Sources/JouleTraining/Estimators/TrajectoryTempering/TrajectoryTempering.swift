public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
public import JouleTensor

/// Maximum likelihood with chains that are tempered by the model's own past: snapshots along the training
/// trajectory take the place of temperatures.
///
///     every snapshot k:  x_k ← T_k(x_k)
///     neighbours:        x_k ↔ x_{k+1} with probability min(1, exp(Δ(x_k) − Δ(x_{k+1}))),
///                        Δ(x) = E_k(x) − E_{k+1}(x)
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − E_{chains of the model as it is}[∂E/∂θ]
///
/// The first snapshot is the model with its couplings zero, the last is followed by the model as it is. When
/// swaps between these two are accepted more rarely than a threshold, the model becomes a snapshot. Chains of
/// early snapshots mix freely and carry what they find towards the present; a transition of the model that a
/// ladder of temperatures would have to cross is cut in the steps in which it was learnt.
///
/// Snapshots do not move any more, so that their chains reach equilibrium, and what they tell of the ratios
/// of partition functions becomes ever better: see ``logPartition(_:of:)``.
///
/// Reference: N. Béreux, A. Decelle, C. Furtlehner, L. Rosset, B. Seoane, Fast training and sampling of
/// restricted Boltzmann machines, arXiv:2405.15376, the section on parallel trajectory tempering; there
/// machines are sampled so after training, here while they train.
///
/// - Complexity: for an RBM 2k + 3 products an update and snapshot, k steps: memory of a model a snapshot.
public struct TrajectoryTempering<Kernel: CompletingKernel>: TermEstimator
where Kernel.State: Archivable {
  public typealias Model = Kernel.Model
  typealias Scalar = Model.Scalar
  let steps: Int
  let chains: Int
  let threshold: Double
  let makeKernel: @Sendable (Model) -> Kernel

  /// How much one update's swaps say of the rate of swaps: a mean over some ten updates.
  private static var memory: Double { 0.9 }

  /// - Parameters:
  ///   - steps: of every chain an update, at least 1.
  ///   - chains: at every snapshot; they start at rows of the data.
  ///   - threshold: the rate of swaps below which the model becomes a snapshot, in (0, 1). Higher ones
  ///     make more snapshots that exchange more often.
  ///   - kernel: makes the kernel of a model.
  public init(
    steps: Int = 1, chains: Int = 100, threshold: Double = 0.3,
    kernel: @escaping @Sendable (Model) -> Kernel
  ) {
    precondition(steps > 0, "trajectory tempering needs at least 1 step an update, got \(steps)")
    precondition(chains > 0, "trajectory tempering needs at least 1 chain, got \(chains)")
    precondition(
      threshold > 0 && threshold < 1, "the rate of swaps lies in (0, 1), got \(threshold)")
    self.steps = steps
    self.chains = chains
    self.threshold = threshold
    makeKernel = kernel
  }

  /// Some of the chains: a state a snapshot, and one of the model as it is.
  struct Piece: Sendable {
    let first: Int
    var levels: [Kernel.State]
    /// log p*_{k+1}/p*_k of the chains at k, and of those at k + 1 the other way round, in the last
    /// exchange of every pair that had its turn.
    var forward: [Int: [Double]] = [:]
    var reverse: [Int: [Double]] = [:]
    var swaps: [Int: [Double]] = [:]
  }

  public struct State: Sendable {
    let key: RandomKey
    var batchRanges: [Range<Int>] = []
    /// Scratch for the batch.
    var data: [Model.Completion] = []
    /// Parameters of the model's past, oldest first.
    var snapshots: [ParameterSet<Model.Scalar>]
    var pieces: [Piece]
    /// What is known of every pair of snapshots.
    var ratios: [RatioRecord] = []
    /// The rate of swaps between the last snapshot and the model.
    var swapRate = 1.0
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    var uncoupled = model.parameters
    for index in uncoupled.entries.indices where uncoupled.entries[index].role == .weight {
      uncoupled.entries[index].value.fill(0)
    }
    let start = statistics.startRows(chains)
    let kernels = [self.model(model, of: uncoupled), model].map(makeKernel)
    return State(
      key: key, snapshots: [uncoupled],
      pieces: RowPieces.ranges(chains).map { range in
        Piece(
          first: range.lowerBound, levels: kernels.map { $0.makeState(at: start.rows(range)) })
      })
  }

  /// The same kind of model with other parameters.
  func model(_ model: Model, of parameters: ParameterSet<Model.Scalar>) -> Model {
    var result = model
    result.parameters = parameters
    return result
  }

  public func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>] {
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.batchRanges != ranges {
      state.batchRanges = ranges
      state.data = ranges.map { model.complete(batch.rows($0)) }
    }
    workers.mutateEach(&state.data) { index, completion in
      model.complete(ranges[index], of: batch, into: &completion)
    }
    let models = state.snapshots.map { self.model(model, of: $0) } + [model]
    let kernels = models.map(makeKernel)
    let key = state.key
    workers.mutateEach(&state.pieces) { _, piece in
      for (level, kernel) in kernels.enumerated() {
        let random = ChainRandom(key: key, firstChain: piece.first).folded(level)
        for number in 0..<steps {
          kernel.move(&piece.levels[level], using: random.with(step: step * steps + number))
        }
      }
      let random = ChainRandom(key: key.folded("swaps"), firstChain: piece.first, step: step)
      exchange(&piece, models, kernels, turn: step % 2, using: random)
    }
    learn(from: &state, with: model)
    let weight = 1 / Model.Scalar(batch.shape[0])
    return state.data.map { GradientTerm($0, weight: weight) }
      + state.pieces.map { piece in
        // A snapshot that was just added stands before the model and changes nothing of its chains.
        let chains = kernels[kernels.count - 1].completion(of: piece.levels[piece.levels.count - 1])
        return GradientTerm(chains, weight: -1 / Model.Scalar(self.chains))
      }
  }

  /// Swaps between the neighbours whose turn it is, by the distance from the model: the model and the last
  /// snapshot take part in every other update, whatever their number.
  private func exchange(
    _ piece: inout Piece, _ models: [Model], _ kernels: [Kernel], turn: Int,
    using random: ChainRandom
  ) {
    (piece.forward, piece.reverse, piece.swaps) = ([:], [:], [:])
    for pair in stride(from: models.count - 2 - turn, through: 0, by: -2) {
      var older = kernels[pair].position(of: piece.levels[pair])
      var newer = kernels[pair + 1].position(of: piece.levels[pair + 1])
      let forward = Self.logRatios(of: older, models[pair + 1], over: models[pair])
      let reverse = Self.logRatios(of: newer, models[pair], over: models[pair + 1])
      let test = MetropolisTest(
        logRatios: zip(forward, reverse).map { $0 + $1 }, using: random.folded(pair))
      piece.forward[pair] = forward
      piece.reverse[pair] = reverse
      piece.swaps[pair] = test.probabilities
      guard test.accepted.contains(true) else { continue }
      older.exchangeRows(where: test.accepted, with: &newer)
      kernels[pair].restart(&piece.levels[pair], at: older)
      kernels[pair + 1].restart(&piece.levels[pair + 1], at: newer)
    }
  }

  /// log p*/p*_reference of rows, in nats.
  static func logRatios(
    of rows: Tensor<Model.Scalar>, _ model: Model, over reference: Model
  ) -> [Double] {
    zip(reference.energy(of: rows).elements, model.energy(of: rows).elements).map {
      Double($0) - Double($1)
    }
  }

  /// Takes up what the exchanges have told, and makes the model a snapshot where swaps with the last one
  /// have become rare.
  private func learn(from state: inout State, with model: Model) {
    func gathered(_ values: KeyPath<Piece, [Int: [Double]]>, _ pair: Int) -> [Double] {
      state.pieces.flatMap { $0[keyPath: values][pair] ?? [] }
    }
    for pair in state.ratios.indices {
      let forward = gathered(\.forward, pair)
      guard !forward.isEmpty else { continue }
      state.ratios[pair].note(forward: forward, reverse: gathered(\.reverse, pair))
    }
    let last = state.snapshots.count - 1
    let swaps = gathered(\.swaps, last)
    guard !swaps.isEmpty else { return }
    let rate = swaps.reduce(0, +) / Double(swaps.count)
    state.swapRate = Self.memory * state.swapRate + (1 - Self.memory) * rate
    guard state.swapRate < threshold else { return }
    state.ratios.append(
      RatioRecord(forward: gathered(\.forward, last), reverse: gathered(\.reverse, last)))
    state.snapshots.append(model.parameters)
    for index in state.pieces.indices {
      let present = state.pieces[index].levels[last + 1]
      state.pieces[index].levels.append(present)
    }
    state.swapRate = 1
  }
}

extension TrajectoryTempering: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    let kernel = makeKernel(model)
    return Tensor(
      concatenating: state.pieces.map { kernel.position(of: $0.levels[$0.levels.count - 1]) },
      along: 0)
  }
}

extension TrajectoryTempering.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.metadata[prefix + "snapshots"] = String(snapshots.count)
    archive.store(Tensor([swapRate]), as: prefix + "swap_rate")
    for (number, snapshot) in snapshots.enumerated() {
      snapshot.archive(into: &archive, prefix: "\(prefix)snapshot\(number).")
    }
    for (number, ratio) in ratios.enumerated() {
      ratio.archive(into: &archive, prefix: "\(prefix)ratio\(number).")
    }
    for (number, piece) in pieces.enumerated() {
      for (level, state) in piece.levels.enumerated() {
        state.archive(into: &archive, prefix: "\(prefix)chains\(number).\(level).")
      }
    }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    let count = try archive.integer(prefix + "snapshots")
    guard count > 0 else { throw .malformed(prefix + "snapshots", "\(count)") }
    let rate: Tensor<Double> = try archive.tensor(prefix + "swap_rate", shape: [1])
    swapRate = rate[0]
    snapshots = Array(repeating: snapshots[0], count: count)
    for number in 0..<count {
      try snapshots[number].restore(from: archive, prefix: "\(prefix)snapshot\(number).")
    }
    ratios = []
    for number in 0..<count - 1 {
      ratios.append(try RatioRecord(from: archive, prefix: "\(prefix)ratio\(number)."))
    }
    for number in pieces.indices {
      let level = pieces[number].levels[0]
      pieces[number].levels = Array(repeating: level, count: count + 1)
      for index in 0...count {
        try pieces[number].levels[index].restore(
          from: archive, prefix: "\(prefix)chains\(number).\(index).")
      }
    }
  }
}
