public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Parallel tempering of any kernel: chains at several temperatures that exchange places.
///
///     every β_k:  x_k ← T_β_k(x_k)
///     neighbours: x_k ↔ x_{k+1} with probability min(1, r),
///                 log r = log p*_{k+1}(x_k)/p*_k(x_k) − log p*_{k+1}(x_{k+1})/p*_k(x_{k+1})
///
/// Hot chains cross what separates the modes and carry what they find down the ladder. Each of N chains
/// has a replica at every temperature; the replicas of one chain exchange places among themselves, and
/// all that stand at one temperature move as one batch. As a kernel its position is that of the cold
/// chains, the last of the ladder; the distribution at every other temperature is right as well.
///
///     let tempering = ParallelTempering(chains, ladder: try .geometric(from: 0.05, count: 12))
///     var state = tempering.makeState(at: rows)
///     for step in 0..<1000 { tempering.step(&state, using: ChainRandom(key: key, step: step)) }
///
/// The default scheme is not reversible: pairs take turns, even then odd, and a replica that has moved
/// towards an end goes on in that direction. With ever more temperatures its round trips approach
/// 1/(2 + 2Λ) a step, Λ the communication barrier, where those of random choices fall to zero.
///
/// Reference: S. Syed, A. Bouchard-Côté, G. Deligiannidis, A. Doucet, Non-reversible parallel tempering: a
/// scalable highly parallel MCMC scheme, JRSS B 84 (2022), arXiv:1905.02939, algorithm 1 and theorem 3.
public struct ParallelTempering<Chains: PathKernel>: TransitionKernel {
  public typealias Scalar = Chains.Scalar

  /// The kernels T_β.
  public var chains: Chains
  public let ladder: TemperatureLadder
  public let scheme: SwapScheme

  public init(
    _ chains: Chains, ladder: TemperatureLadder,
    scheme: SwapScheme = .deterministicEvenOdd
  ) {
    self.chains = chains
    self.ladder = ladder
    self.scheme = scheme
  }

  public struct State: Sendable {
    /// The replicas at each temperature, hottest first.
    public internal(set) var levels: [Chains.State]
    /// Steps made so far: which pairs are next.
    var steps = 0
    /// Who stands where, and what has happened so far.
    public internal(set) var record: TemperingRecord
  }

  /// Chains whose replicas all start at the same rows, `[chains, variables]`.
  public func makeState(at rows: Tensor<Scalar>) -> State {
    makeState(atEveryTemperature: Array(repeating: rows, count: ladder.count))
  }

  /// Chains whose replicas start at rows of their own.
  ///
  /// - Parameter rows: one tensor `[chains, variables]` a temperature, hottest first.
  public func makeState(atEveryTemperature rows: [Tensor<Scalar>]) -> State {
    precondition(
      rows.count == ladder.count,
      "\(ladder.count) temperatures start at as many tensors of rows, got \(rows.count)")
    precondition(
      rows.allSatisfy { $0.rank == 2 && $0.shape == rows[0].shape && $0.shape[0] > 0 },
      "every temperature has the same number of chains, at least one; got shapes "
        + "\(rows.map(\.shape))")
    return State(
      levels: rows.map(chains.makeState(at:)),
      record: TemperingRecord(temperatures: ladder.count, chains: rows[0].shape[0]))
  }

  /// The cold chains, `[chains, variables]`.
  public func position(of state: State) -> Tensor<Scalar> {
    position(of: state, at: ladder.count - 1)
  }

  /// The chains at one temperature, 0 the hottest, `[chains, variables]`.
  public func position(of state: State, at level: Int) -> Tensor<Scalar> {
    chains.position(of: state.levels[level])
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> TemperingTransition {
    step(&state, using: random, on: .single)
  }

  /// One step, the temperatures in parallel.
  @discardableResult
  public func step(
    _ state: inout State, using random: ChainRandom, on workers: Workers
  ) -> TemperingTransition {
    let (chains, ladder) = (chains, ladder)
    let count = state.record.chainCount
    let swaps = pairs(at: state.steps, using: random)
    var moves = ladder.betas.indices.map { level in
      Move(
        state: state.levels[level],
        // The pair that the level belongs to in this step, if any.
        pair: swaps.first { $0 == level || $0 + 1 == level },
        logRatios: [Double](repeating: 0, count: count))
    }
    // The states are held by the moves alone, so that they change in place.
    state.levels.removeAll(keepingCapacity: true)
    workers.mutateEach(&moves) { level, move in
      move.info = chains.step(
        &move.state, at: ladder.betas[level], using: random.folded(level))
      if let pair = move.pair {
        chains.weigh(
          &move.state, from: ladder.betas[pair], to: ladder.betas[pair + 1],
          logWeights: &move.logRatios)
      }
    }
    let infos = moves.map(\.info)
    let logRatios = moves.map(\.logRatios)
    state.levels = moves.map(\.state)
    moves = []
    var fault = infos.indices.lazy.compactMap { level in
      infos[level]?.fault?.located(at: ladder.betas[level])
    }.first
    var probabilities = [Double?](repeating: nil, count: ladder.count - 1)
    let swapping = ChainRandom(
      key: random.key.folded("swaps"), firstChain: random.firstChain, step: random.step)
    for pair in swaps {
      let ratios = zip(logRatios[pair], logRatios[pair + 1]).map { $0 - $1 }
      fault = fault ?? self.fault(of: ratios, pair: pair)
      let test = MetropolisTest(logRatios: ratios, using: swapping.folded(pair))
      // Taken out of the array, which cannot lend two of its elements at once.
      var colder = state.levels.remove(at: pair + 1)
      chains.exchange(test.accepted, of: &state.levels[pair], with: &colder)
      state.levels.insert(colder, at: pair + 1)
      state.record.note(test, ofPair: pair)
      probabilities[pair] = test.probabilities.reduce(0, +) / Double(count)
    }
    state.record.endStep()
    state.steps += 1
    return TemperingTransition(
      acceptanceProbabilities: infos.last??.acceptanceProbabilities,
      swapProbabilities: probabilities, fault: fault)
  }

  private func fault(of logRatios: [Double], pair: Int) -> TransitionFault? {
    guard let chain = logRatios.firstIndex(where: \.isNaN) else { return nil }
    return TransitionFault(
      row: chain,
      reason: .notFinite(
        "the probability ratio of a swap between beta \(ladder.betas[pair]) and "
          + "\(ladder.betas[pair + 1])"))
  }

  private struct Move: Sendable {
    var state: Chains.State
    let pair: Int?
    var logRatios: [Double]
    var info: Chains.Info?
  }

  /// The lower levels of the pairs that may exchange in a step.
  private func pairs(at step: Int, using random: ChainRandom) -> [Int] {
    let first =
      switch scheme {
      case .deterministicEvenOdd: step % 2
      case .stochasticEvenOdd: random.sharedUniform() < 0.5 ? 0 : 1
      }
    return Array(stride(from: first, to: ladder.count - 1, by: 2))
  }
}

/// Which neighbours may exchange places in a step.
public enum SwapScheme: Sendable, Hashable {
  /// The pairs (0, 1), (2, 3), … in one step, (1, 2), (3, 4), … in the next.
  case deterministicEvenOdd
  /// The one or the other, as likely: reversible, and a replica's way a random walk. For comparison.
  case stochasticEvenOdd
}

/// What a step of parallel tempering tells.
public struct TemperingTransition: TransitionInfo {
  /// Those of the cold chains' own move.
  public let acceptanceProbabilities: [Double]?
  /// The mean over chains of each pair's swap probability, nil where the pair had no turn.
  public let swapProbabilities: [Double?]
  public let fault: TransitionFault?
}

extension TransitionFault {
  /// The same fault with the point of the path in its words.
  package func located(at beta: Double) -> TransitionFault {
    switch reason {
    case .notFinite(let what):
      TransitionFault(row: row, reason: .notFinite("at beta \(beta) \(what)"))
    case .outsideSupport:
      TransitionFault(
        row: row,
        reason: .other("at beta \(beta) it stands outside the support: its energy is +infinity"))
    case .other(let words):
      TransitionFault(row: row, reason: .other("at beta \(beta) \(words)"))
    }
  }
}
