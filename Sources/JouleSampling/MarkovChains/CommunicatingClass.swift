/// States that can all reach one another.
public struct CommunicatingClass: Sendable, Hashable {
  /// Ascending.
  public let states: [Int]
  /// Whether the chain stays once it is there. The states of a class that is not closed are transient:
  /// the chain leaves them for good.
  public let isClosed: Bool
  /// The greatest common divisor of the lengths of all ways from a state back to itself: with a period
  /// above one the chain goes round in that many groups of states. Zero for a state without a way back.
  public let period: Int

  /// Whether returns are possible after every large number of steps.
  public var isAperiodic: Bool { period == 1 }

  static func all(
    in components: StrongComponents, successors: StateLists
  ) -> [CommunicatingClass] {
    var levels = [Int](repeating: -1, count: successors.count)
    return components.components.enumerated().map { number, states in
      var (isClosed, period) = (true, 0)
      // Breadth first: ways back differ by multiples of the period, which levels and edges show.
      levels[states[0]] = 0
      var queue = [states[0]]
      var head = 0
      while head < queue.count {
        let state = queue[head]
        head += 1
        for index in successors.range(of: state) {
          let next = successors[index]
          guard components.componentOfState[next] == number else {
            isClosed = false
            continue
          }
          if levels[next] < 0 {
            levels[next] = levels[state] + 1
            queue.append(next)
          } else {
            period = greatestCommonDivisor(period, abs(levels[state] + 1 - levels[next]))
          }
        }
      }
      return CommunicatingClass(states: states, isClosed: isClosed, period: period)
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

extension MarkovChain {
  /// The classes that the chain does not leave, in the order of ``classes``: at least one.
  public var closedClasses: [CommunicatingClass] { classes.filter(\.isClosed) }

  /// The states that the chain leaves for good, ascending.
  public var transientStates: [Int] {
    (0..<stateCount).filter { !classes[classOfState[$0]].isClosed }
  }

  /// The class of a state.
  public func communicatingClass(of state: Int) -> CommunicatingClass {
    requireState(state)
    return classes[classOfState[state]]
  }

  /// Whether every state can be reached from every other.
  public var isIrreducible: Bool { classes.count == 1 }

  /// Whether some closed class has a period above one: p_t then goes round and need not have a limit.
  public var isPeriodic: Bool { closedClasses.contains { $0.period > 1 } }

  /// Whether the chain is irreducible and aperiodic: p_t tends to one positive π from every p_0.
  public var isErgodic: Bool { isIrreducible && !isPeriodic }

  /// Whether p_t tends to the same π from every p_0: one closed class, aperiodic. Beyond ergodic chains
  /// these are those with transient states besides.
  public var forgetsItsStart: Bool { closedClasses.count == 1 && !isPeriodic }

  /// The states of a class in the groups through which it goes round: from each group the chain goes to
  /// the next within the class, from the last to the first.
  ///
  /// - Returns: as many groups as the period; the first holds the first state.
  public func cyclicGroups(of communicatingClass: CommunicatingClass) -> [[Int]] {
    let period = max(1, communicatingClass.period)
    var levels = [Int: Int](minimumCapacity: communicatingClass.states.count)
    let members = Set(communicatingClass.states)
    var queue = [communicatingClass.states[0]]
    levels[queue[0]] = 0
    var head = 0
    while head < queue.count {
      let state = queue[head]
      let level = levels[state, default: 0]
      head += 1
      for index in successors.range(of: state) {
        let next = successors[index]
        if members.contains(next), levels[next] == nil {
          levels[next] = level + 1
          queue.append(next)
        }
      }
    }
    var groups = [[Int]](repeating: [], count: period)
    for state in communicatingClass.states {
      groups[levels[state, default: 0] % period].append(state)
    }
    return groups
  }
}
