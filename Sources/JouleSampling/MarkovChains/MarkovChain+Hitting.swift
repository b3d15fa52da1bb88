public import JouleAlgebra

extension MarkovChain {
  /// The expected number of steps until the chain is first in one of the targets, from each state.
  ///
  ///     h_j = 0 in a target,   h_j = 1 + Σᵢ T[i, j] hᵢ elsewhere
  ///
  /// - Returns: one number a state; infinity where the chain may never come to a target.
  /// - Precondition: at least one target.
  /// - Throws: `.underflow`.
  /// - Complexity: 2d³/3 operations. Without subtraction, so accurate to about d rounding errors
  ///   relative to each number.
  public func expectedHittingTimes(
    to targets: [Int], on workers: Workers = .single
  ) throws(MarkovChainError) -> [Double] {
    precondition(!targets.isEmpty, "hitting times need a target")
    var isTarget = [Bool](repeating: false, count: stateCount)
    for target in targets {
      requireState(target)
      isTarget[target] = true
    }
    // Time is infinite where the chain may come to a state from which no target can be reached.
    let predecessors = successors.reversed()
    let canHit = predecessors.reachable(from: targets)
    let mayMiss = predecessors.reachable(
      from: (0..<stateCount).filter { !canHit[$0] }, stopping: isTarget)
    let finite = (0..<stateCount).filter { !isTarget[$0] && !mayMiss[$0] }
    var times = [Double](repeating: .infinity, count: stateCount)
    for target in targets { times[target] = 0 }
    guard !finite.isEmpty else { return times }
    let costs = try absorption(from: finite, on: workers).expectedCosts(
      [Double](repeating: 1, count: finite.count + 1))
    for (index, state) in finite.enumerated() { times[state] = costs[index + 1] }
    return times
  }

  /// The expected number of steps between visits to a state: 1/π of a state that the chain returns to,
  /// infinity for a transient one.
  ///
  /// - Throws: `.underflow`.
  public func expectedReturnTime(
    to state: Int, on workers: Workers = .single
  ) throws(MarkovChainError) -> Double {
    requireState(state)
    let own = communicatingClass(of: state)
    guard own.isClosed, let place = own.states.firstIndex(of: state) else { return .infinity }
    let distribution = try elimination(of: block(own.states), states: own.states, on: workers)
      .stationary
    return 1 / distribution[place]
  }

  /// With which probability the chain ends in each closed class, from each state.
  ///
  /// - Returns: for each closed class, in the order of ``closedClasses``, one probability a state.
  /// - Throws: `.underflow`.
  /// - Complexity: 2n³/3 operations for n transient states, and 2n² a class.
  public func absorptionProbabilities(
    on workers: Workers = .single
  ) throws(MarkovChainError) -> [[Double]] {
    let transient = transientStates
    var probabilities = closedClasses.map { closed in
      var own = [Double](repeating: 0, count: stateCount)
      for state in closed.states { own[state] = 1 }
      return own
    }
    guard !transient.isEmpty else { return probabilities }
    let factors = try absorption(from: transient, on: workers)
    for (number, closed) in closedClasses.enumerated() {
      let direct =
        [0]
        + transient.map { state in
          closed.states.reduce(0) { $0 + transition.elements[$1 * stateCount + state] }
        }
      let own = factors.expectedCosts(direct)
      for (index, state) in transient.enumerated() {
        // Rounding may exceed certainty by its last bits.
        probabilities[number][state] = min(1, own[index + 1])
      }
    }
    return probabilities
  }

  /// The elimination of the chain that ends as soon as it leaves some states: state 0 stands for all
  /// others, the states follow in their order.
  private func absorption(
    from states: [Int], on workers: Workers
  ) throws(MarkovChainError) -> StateElimination {
    let (count, order, elements) = (stateCount, states.count + 1, transition.elements)
    var isInside = [Bool](repeating: false, count: count)
    for state in states { isInside[state] = true }
    var matrix = [Double](repeating: 0, count: order * order)
    // Summed, not taken from one, so that a small chance to leave keeps its digits.
    for row in 0..<count where !isInside[row] {
      for (index, state) in states.enumerated() {
        matrix[index + 1] += elements[row * count + state]
      }
    }
    for (place, row) in states.enumerated() {
      let start = (place + 1) * order + 1
      for (index, state) in states.enumerated() {
        matrix[start + index] = elements[row * count + state]
      }
    }
    return try elimination(of: matrix, states: [states[0]] + states, on: workers)
  }
}
