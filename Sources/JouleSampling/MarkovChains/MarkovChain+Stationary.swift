public import JouleAlgebra

extension MarkovChain {
  /// π with T π = π: one distribution for each closed class, zero outside it, in the order of
  /// ``closedClasses``. Every stationary distribution is a mixture of these.
  ///
  /// By elimination without subtraction (Grassmann, Taksar and Heyman) rather than an eigenvector or
  /// an LU solve: each probability is accurate to about d rounding errors of its own size, also where
  /// the chain hardly passes between groups of states and π from LAPACK has lost its digits.
  ///
  /// - Throws: `.underflow` where ways out of a state have products below 10⁻³⁰⁸.
  /// - Complexity: 2n³/3 operations for a class of n states.
  public func stationaryDistributions(
    on workers: Workers = .single
  ) throws(MarkovChainError) -> [[Double]] {
    var distributions: [[Double]] = []
    for closed in closedClasses {
      let own = try elimination(of: block(closed.states), states: closed.states, on: workers)
        .stationary
      var distribution = [Double](repeating: 0, count: stateCount)
      for (state, probability) in zip(closed.states, own) { distribution[state] = probability }
      distributions.append(distribution)
    }
    return distributions
  }

  /// The stationary distribution of a chain that has just one.
  ///
  /// - Throws: `.notUnique` naming the closed classes; `.underflow`.
  public func stationaryDistribution(
    on workers: Workers = .single
  ) throws(MarkovChainError) -> [Double] {
    guard closedClasses.count == 1 else { throw notUnique }
    return try stationaryDistributions(on: workers)[0]
  }

  var notUnique: MarkovChainError {
    .notUnique(closedClasses: closedClasses.map { $0.states.map { stateNames[$0] } })
  }

  /// T between some states, `[n, n]`.
  func block(_ states: [Int]) -> [Double] {
    let (count, elements) = (stateCount, transition.elements)
    if states.count == count { return elements }
    var block: [Double] = []
    block.reserveCapacity(states.count * states.count)
    for row in states {
      for column in states { block.append(elements[row * count + column]) }
    }
    return block
  }

  /// - Parameter states: which state each index of the matrix is, for the message.
  func elimination(
    of matrix: [Double], states: [Int], on workers: Workers
  ) throws(MarkovChainError) -> StateElimination {
    do throws(StateElimination.UnderflowAt) {
      return try StateElimination(matrix, count: states.count, on: workers)
    } catch {
      throw .underflow(state: stateNames[states[error.state]])
    }
  }
}
