public import JouleAlgebra

extension MarkovChain {
  /// p_t = T^t p_0: where the chain is after t steps.
  ///
  /// Step by step, or by repeated squaring of T where t is so large that this is less work.
  ///
  /// - Parameters:
  ///   - steps: t ≥ 0.
  ///   - start: p_0, one probability a state.
  /// - Precondition: p_0 is a distribution.
  /// - Complexity: 2d² operations a step, at most 2d³ log₂ t.
  public func distribution(
    after steps: Int, from start: [Double], on workers: Workers = .single
  ) -> [Double] {
    requireDistribution(start)
    precondition(steps >= 0, "a chain makes steps, got \(steps)")
    // A product of matrices does some eight times the operations of products with vectors a second.
    let bits = Int.bitWidth - steps.leadingZeroBitCount
    let isLong = steps / 8 > stateCount * max(1, bits) / 8 + 8
    return Self.normalized(
      isLong ? squaring(steps, start, on: workers) : stepping(steps, start))
  }

  /// All the probability on one state.
  public func distribution(at state: Int) -> [Double] {
    requireState(state)
    return (0..<stateCount).map { $0 == state ? 1 : 0 }
  }

  /// The share of time that the chain spends in each state in the long run, from a start:
  ///
  ///     lim (p_0 + … + p_(t−1)) / t = Σ P(ends in C) π_C
  ///
  /// It exists for every chain; where p_t has a limit, this is it.
  ///
  /// - Parameters:
  ///   - stationary: of ``stationaryDistributions(on:)``; computed where it is not given.
  ///   - absorption: of ``absorptionProbabilities(on:)``; computed where it is not given.
  /// - Throws: `.underflow`.
  public func longRunDistribution(
    from start: [Double], stationary: [[Double]]? = nil, absorption: [[Double]]? = nil,
    on workers: Workers = .single
  ) throws(MarkovChainError) -> [Double] {
    requireDistribution(start)
    var (distributions, ends) = (stationary ?? [], absorption ?? [])
    if stationary == nil { distributions = try stationaryDistributions(on: workers) }
    if absorption == nil { ends = try absorptionProbabilities(on: workers) }
    var result = [Double](repeating: 0, count: stateCount)
    for (ends, own) in zip(ends, distributions) {
      let weight = zip(ends, start).reduce(0) { $0 + $1.0 * $1.1 }
      for state in result.indices { result[state] += weight * own[state] }
    }
    return Self.normalized(result)
  }

  /// ½ Σ |p − q|: the greatest difference of probabilities that two distributions give to an event.
  public static func totalVariation(_ p: [Double], _ q: [Double]) -> Double {
    precondition(p.count == q.count, "distributions on \(p.count) and \(q.count) states")
    return zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }

  private func stepping(_ steps: Int, _ start: [Double]) -> [Double] {
    var (now, next) = (start, start)
    for _ in 0..<steps {
      BLAS.gemv(
        m: stateCount, n: stateCount, transition.elements.span, now.span, into: next.mutableSpan)
      // A fixed point is one for ever.
      if next == now { break }
      swap(&now, &next)
    }
    return now
  }

  private func squaring(_ steps: Int, _ start: [Double], on workers: Workers) -> [Double] {
    var (now, next) = (start, start)
    var power = transition.elements
    var rest = steps
    while rest > 0 {
      if rest & 1 == 1 {
        BLAS.gemv(m: stateCount, n: stateCount, power.span, now.span, into: next.mutableSpan)
        swap(&now, &next)
      }
      rest >>= 1
      if rest > 0 {
        power = SquareProduct.stochastic(power, power, order: stateCount, on: workers)
      }
    }
    return now
  }

  private static func normalized(_ p: [Double]) -> [Double] {
    let sum = p.reduce(0, +)
    return p.map { $0 / sum }
  }
}
