public import JouleCore
public import JouleRandom
public import JouleTensor

/// Parallel tempering as chains for training: what an estimator moves are chains with a replica at every
/// temperature of a ladder, and what it takes of them are the cold ones, completed.
///
///     PersistentContrastiveDivergence(chains: 100) { model in
///       TemperedChains(model, along: model.annealingPath(fromMeans: means), ladder: ladder)
///     }
///
/// The ladder belongs to the chains, as a model moves while they live: after so many steps it is fitted to
/// the swaps since the last time, so that they are refused equally often between all neighbours. The
/// distribution at every temperature is the one that it should be for any ladder; replicas whose temperature
/// has just changed find it within a few steps.
///
/// What replicas keep of an older model, such as inputs of hidden units, is made anew by the first step of
/// every kernel; see `RowCompleting`.
///
/// - Complexity: a transition and a weighing at every temperature a step, and a completion of the cold
///   chains. For an RBM these are two products a temperature and one more, three a temperature in the first
///   step of a kernel.
///
/// Reference: G. Desjardins, A. Courville, Y. Bengio, P. Vincent, O. Delalleau, Tempered Markov chain Monte
/// Carlo for training of restricted Boltzmann machines, AISTATS 2010, §4.
public struct TemperedChains<Path: PathKernel, Model: ParametricEnergy>: CompletingKernel
where Path.Scalar == Model.Scalar {
  public typealias Scalar = Model.Scalar

  public let model: Model
  /// Ends at the model, at β = 1.
  public let path: Path
  /// The ladder that new chains begin with.
  public let ladder: TemperatureLadder
  /// Steps from one fit of the ladder to the next; nil leaves it as it is.
  public let fitEvery: Int?
  private let identity = Identity()

  /// Tells kernels apart, so that nobody need compare the parameters of two models.
  fileprivate final class Identity: Sendable {}

  /// - Parameters:
  ///   - path: from where sampling is easy to the model.
  ///   - ladder: ends at 1.
  ///   - fitEvery: at least 2, so that every pair of temperatures has had a turn.
  public init(
    _ model: Model, along path: Path, ladder: TemperatureLadder, fitEvery: Int? = 100
  ) {
    precondition(
      ladder.betas.last == 1, "the ladder ends at the model, beta 1, got \(ladder.betas)")
    precondition(
      fitEvery.map { $0 > 1 } ?? true,
      "a ladder is fitted after 2 steps at least, got \(fitEvery ?? 0)")
    self.model = model
    self.path = path
    self.ladder = ladder
    self.fitEvery = fitEvery
  }

  public struct State: Sendable {
    /// Where the replicas stand, hottest first, `[chains, variables]` each.
    public internal(set) var rows: [Tensor<Scalar>]
    public internal(set) var ladder: TemperatureLadder
    /// Swaps since the ladder was fitted.
    public internal(set) var record: TemperingRecord
    /// Steps since the chains began: which pairs are next.
    var steps = 0
    /// The cold chains as the last step has left them; nil where nobody has completed them yet.
    var cold: Model.Completion?
    /// The replicas under the kernel that has moved them last; nil where they are to be made anew.
    fileprivate var moving: (owner: Identity, replicas: ParallelTempering<Path>.State)?
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    State(
      rows: Array(repeating: rows, count: ladder.count), ladder: ladder,
      record: TemperingRecord(temperatures: ladder.count, chains: rows.shape[0]))
  }

  /// Moves the cold chains; replicas at other temperatures stay where they are.
  public func restart(_ state: inout State, at rows: Tensor<Scalar>) {
    guard rows.shape == state.rows[0].shape else {
      state = makeState(at: rows)
      return
    }
    state.rows[state.rows.count - 1] = rows
    (state.cold, state.moving) = (nil, nil)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> TemperingTransition {
    let tempering = ParallelTempering(path, ladder: state.ladder)
    var replicas =
      if let moving = state.moving, moving.owner === identity {
        moving.replicas
      } else {
        tempering.makeState(atEveryTemperature: state.rows)
      }
    // Held once, so that they change in place.
    state.moving = nil
    (replicas.record, replicas.steps) = (state.record, state.steps)
    let info = tempering.step(&replicas, using: random)
    for level in state.rows.indices {
      state.rows[level] = tempering.position(of: replicas, at: level)
    }
    (state.record, state.steps) = (replicas.record, replicas.steps)
    state.moving = (identity, replicas)
    state.cold = model.complete(position(of: state))
    if let fitEvery, state.record.steps >= fitEvery {
      state.ladder = state.ladder.sharing(state.record.rejectionRates)
      state.record.resetCounts()
    }
    return info
  }

  public func step(
    _ state: inout State, from start: Model.Completion, using random: ChainRandom
  ) {
    let rows = model.rows(of: start)
    for level in state.rows.indices { state.rows[level] = rows }
    state.moving = nil
    step(&state, using: random)
  }

  public func position(of state: State) -> Tensor<Scalar> { state.rows[state.rows.count - 1] }

  public func completion(of state: State) -> Model.Completion {
    state.cold ?? model.complete(position(of: state))
  }
}

extension TemperedChains: ReportingKernel {
  /// `least_swap_rate` and `mean_swap_rate` over neighbours, and `round_trip_rate` of a chain, a step: since
  /// the ladders were fitted last.
  public func figures(of states: [State]) -> [String: Double] {
    let rates = states.flatMap { $0.record.swapRates }.filter { !$0.isNaN }
    guard let least = rates.min() else { return [:] }
    let trips = states.reduce(0.0) { $0 + Double($1.record.roundTrips) }
    let steps = states.reduce(0) { $0 + $1.record.steps * $1.record.chainCount }
    return [
      "least_swap_rate": least, "mean_swap_rate": rates.reduce(0, +) / Double(rates.count),
      "round_trip_rate": trips / Double(Swift.max(1, steps)),
    ]
  }
}

/// A kernel that can tell how its chains are doing.
public protocol ReportingKernel: CompletingKernel {
  /// Numbers by name, for the records of a run; nothing where there is nothing to tell yet.
  ///
  /// - Parameter states: all chains, in pieces.
  func figures(of states: [State]) -> [String: Double]
}

extension TemperedChains.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    for (level, rows) in rows.enumerated() {
      archive.store(rows, as: "\(prefix)replicas\(level)")
    }
    archive.store(Tensor(ladder.betas), as: prefix + "betas")
    archive.metadata[prefix + "tempering_steps"] = String(steps)
    record.archive(into: &archive, prefix: prefix + "record.")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    for level in rows.indices {
      rows[level] = try archive.tensor("\(prefix)replicas\(level)", shape: rows[level].shape)
    }
    let betas: Tensor<Double> = try archive.tensor(prefix + "betas", shape: [rows.count])
    do throws(LadderError) {
      ladder = try TemperatureLadder(betas.elements)
    } catch {
      throw .malformed(prefix + "betas", "\(error)")
    }
    steps = try archive.integer(prefix + "tempering_steps")
    try record.restore(from: archive, prefix: prefix + "record.")
    (cold, moving) = (nil, nil)
  }
}
