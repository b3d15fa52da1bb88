public import JouleCore
public import JouleRandom
public import JouleTensor

extension MarkovChain {
  /// A walk of the chain: S_0, S_1, …, S_n.
  ///
  /// Each step is drawn by its own address (key, chain, step), so that a walk can be continued.
  ///
  /// - Parameters:
  ///   - steps: n ≥ 0.
  ///   - start: the distribution of S_0.
  ///   - chain: the number of the walk; walks of different numbers are independent.
  /// - Returns: n + 1 states.
  public func walk(
    steps: Int, from start: [Double], key: RandomKey, chain: Int = 0
  ) -> [Int] {
    requireDistribution(start)
    var stream = ChainRandom(key: key, firstChain: chain).stream(purpose: DrawPurpose.start)
    let state = Self.firstState(start, at: stream.uniform())
    return walk(steps: steps, from: state, key: key, chain: chain)
  }

  /// A walk from a given state: S_0 = start, S_1, …, S_n.
  public func walk(steps: Int, from start: Int, key: RandomKey, chain: Int = 0) -> [Int] {
    requireState(start)
    precondition(steps >= 0, "a chain makes steps, got \(steps)")
    let kernel = FiniteChainKernel(self)
    var states = [start]
    states.reserveCapacity(steps + 1)
    for step in 0..<steps {
      var stream = ChainRandom(key: key, firstChain: chain, step: step).stream(
        purpose: DrawPurpose.proposal)
      states.append(kernel.next(after: states[step], at: stream.uniform()))
    }
    return states
  }

  private static func firstState(_ probabilities: [Double], at uniform: Double) -> Int {
    var sum = 0.0
    var last = 0
    for (state, probability) in probabilities.enumerated() where probability > 0 {
      sum += probability
      last = state
      if uniform < sum { return state }
    }
    return last
  }
}

/// A finite chain as a kernel: many walks at once, through everything that takes kernels.
///
/// A chain's row is one number, the number of its state.
public struct FiniteChainKernel: TransitionKernel {
  private let successors: StateLists
  /// Beside every successor the probability of going there or to one before it.
  private let cumulative: [Double]

  public init(_ chain: MarkovChain) {
    successors = chain.successors
    let (count, elements) = (chain.stateCount, chain.transition.elements)
    var cumulative: [Double] = []
    for state in 0..<count {
      var sum = 0.0
      for index in chain.successors.range(of: state) {
        sum += elements[chain.successors[index] * count + state]
        cumulative.append(sum)
      }
    }
    self.cumulative = cumulative
  }

  public struct State: Sendable {
    /// The number of each walk's state.
    public internal(set) var states: [Int]
  }

  /// - Precondition: `rows` is `[chains, 1]`, of whole numbers that are states.
  public func makeState(at rows: Tensor<Double>) -> State {
    precondition(
      rows.rank == 2 && rows.shape[1] == 1, "walks start at rows of one number, got \(rows.shape)")
    return State(
      states: rows.elements.map { number in
        let state = Int(exactly: number) ?? -1
        precondition(
          state >= 0 && state < successors.count,
          "state \(number) of a chain on \(successors.count) states")
        return state
      })
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> PlainTransition {
    for walk in state.states.indices {
      var stream = random.stream(chain: walk, purpose: DrawPurpose.proposal)
      state.states[walk] = next(after: state.states[walk], at: stream.uniform())
    }
    return PlainTransition()
  }

  public func position(of state: State) -> Tensor<Double> {
    Tensor(shape: [state.states.count, 1], elements: state.states.map(Double.init))
  }

  /// The state whose part of [0, 1) holds a number.
  ///
  /// - Complexity: O(log d).
  func next(after state: Int, at uniform: Double) -> Int {
    let range = successors.range(of: state)
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    // Rounding may leave the last sum below one: what is above it belongs to the last state.
    while low < high {
      let middle = (low + high) / 2
      if uniform < cumulative[middle] { high = middle } else { low = middle + 1 }
    }
    return successors[low]
  }
}
