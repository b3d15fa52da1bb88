public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// How a ladder is fitted before sampling.
public struct LadderTuning: Sendable, Equatable {
  /// Rounds, each twice as long as the one before; the ladder changes after each.
  public var rounds: Int
  /// Steps of the first round.
  public var firstSteps: Int

  /// - Precondition: at least one round, and two steps: every pair has then had a turn.
  public init(rounds: Int = 5, firstSteps: Int = 50) {
    precondition(rounds > 0, "tuning a ladder takes at least 1 round, got \(rounds)")
    precondition(
      firstSteps > 1, "tuning a ladder takes at least 2 steps a round, got \(firstSteps)")
    self.rounds = rounds
    self.firstSteps = firstSteps
  }
}

extension ParallelTempering {
  /// The same with temperatures between which swaps are refused equally often, as far as the state's
  /// record tells.
  ///
  /// - Parameter count: of temperatures; nil keeps it.
  ///
  /// Reference: Syed et al., arXiv:1905.02939, algorithm 2: at equal rates the round-trip rate is the
  /// highest that so many temperatures allow.
  public func equalized(by state: State, count: Int? = nil) -> ParallelTempering {
    ParallelTempering(
      chains, ladder: ladder.sharing(state.record.rejectionRates, count: count), scheme: scheme)
  }

  /// Runs rounds of steps, fitting the ladder after each. What comes back samples with a ladder that no
  /// longer changes, so that nothing of the tuning biases it; the chains are warm.
  ///
  /// - Parameters:
  ///   - rows: where all replicas start, `[chains, variables]`.
  ///   - key: what every draw descends from; use another for what follows.
  ///   - progress: called now and then with the fraction done.
  /// - Returns: the tempering with its ladder fitted, and the chains, whose record counts the last round.
  /// - Throws: the first fault of a chain.
  ///
  /// Reference: Syed et al., arXiv:1905.02939, algorithm 4.
  public func tuned(
    from rows: Tensor<Scalar>, _ tuning: LadderTuning = LadderTuning(), key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> (tempering: ParallelTempering, state: State) {
    var tempering = self
    var state = makeState(at: rows)
    let total = tuning.firstSteps * ((1 << tuning.rounds) - 1)
    var step = 0
    for round in 0..<tuning.rounds {
      if round > 0 { tempering = tempering.equalized(by: state) }
      state.record.resetCounts()
      for _ in 0..<tuning.firstSteps << round {
        let info = tempering.step(&state, using: ChainRandom(key: key, step: step), on: workers)
        if let fault = info.fault { throw fault }
        step += 1
        if step % 16 == 0 { progress(Double(step) / Double(total)) }
      }
    }
    return (tempering.equalized(by: state), state)
  }
}
