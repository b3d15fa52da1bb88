import Joule
import Testing

@Suite struct ChainStructureTests {
  /// Sparse random graphs of all kinds: several classes, transient states, periods.
  static func randomChains(_ count: Int) throws -> [MarkovChain] {
    try (0..<count).map { number in
      let states = 1 + number % 9
      return try FiniteChain.random(
        states, density: 0.7 / Double(states),
        key: RandomKey(seed: 77).folded("structure").folded(UInt64(number)))
    }
  }

  @Test func classesAreTheStatesThatReachOneAnother() throws {
    var kinds: Set<Int> = []
    for chain in try Self.randomChains(400) {
      let can = chain.reachability
      let states = 0..<chain.stateCount
      #expect(chain.classes.flatMap(\.states).sorted() == Array(states))
      for own in chain.classes {
        let first = own.states[0]
        #expect(own.states == states.filter { can[$0][first] && can[first][$0] })
        #expect(own.isClosed == states.allSatisfy { !can[$0][first] || can[first][$0] })
      }
      #expect(chain.isIrreducible == can.allSatisfy { $0.allSatisfy { $0 } })
      #expect(!chain.closedClasses.isEmpty)
      kinds.insert(chain.classes.count)
    }
    #expect(kinds.count >= 5, "the graphs differ")
  }

  /// By the definition: the divisor of all times at which a return is possible.
  @Test func periodsDivideAllReturnTimes() throws {
    var periods: Set<Int> = []
    for chain in try Self.randomChains(400) {
      let count = chain.stateCount
      var period = [Int](repeating: 0, count: count)
      // Returns within n² steps determine the divisor: ways back are made of cycles of up to n steps.
      var canReturn = (0..<count).map { i in (0..<count).map { $0 == i } }
      for step in 1...count * count + 1 {
        canReturn = (0..<count).map { i in
          (0..<count).map { j in
            (0..<count).contains { chain.probability(of: i, after: $0) > 0 && canReturn[$0][j] }
          }
        }
        for state in 0..<count where canReturn[state][state] {
          period[state] = Self.divisor(period[state], step)
        }
      }
      for own in chain.classes {
        for state in own.states { #expect(period[state] == own.period) }
        periods.insert(own.period)
      }
    }
    #expect(periods.isSuperset(of: [0, 1, 2, 3]), "\(periods)")
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

  @Test func aPeriodicClassGoesRoundThroughItsGroups() throws {
    for chain in try Self.randomChains(400) + [FiniteChain.ring(8), FiniteChain.cycle(6)] {
      for own in chain.classes {
        let groups = chain.cyclicGroups(of: own)
        #expect(groups.count == max(1, own.period))
        #expect(groups.flatMap { $0 }.sorted() == own.states)
        #expect(groups[0].contains(own.states[0]))
        for (number, group) in groups.enumerated() {
          let following = Set(groups[(number + 1) % groups.count])
          for state in group {
            for next in own.states where chain.probability(of: next, after: state) > 0 {
              #expect(following.contains(next))
            }
          }
        }
      }
    }
  }

  @Test func ergodicPeriodicAndTransientAreTold() throws {
    let weather = try FiniteChain.weather()
    #expect(weather.isErgodic && weather.isIrreducible && !weather.isPeriodic)
    let cycle = try FiniteChain.cycle(6)
    #expect(cycle.isIrreducible && cycle.isPeriodic && !cycle.isErgodic && !cycle.forgetsItsStart)
    #expect(cycle.classes[0].period == 6)
    let ring = try FiniteChain.ring(8)
    #expect(ring.cyclicGroups(of: ring.classes[0]) == [[0, 2, 4, 6], [1, 3, 5, 7]])
    let reducible = try FiniteChain.reducible()
    #expect(reducible.transientStates == [0])
    #expect(reducible.closedClasses.map(\.states) == [[1, 2], [3, 4, 5]])
    #expect(reducible.closedClasses.map(\.period) == [2, 1])
    #expect(reducible.communicatingClass(of: 4).states == [3, 4, 5])
    // One closed class with a state besides: no ergodic chain, and yet its limit is one.
    let drained = try MarkovChain(rows: Tensor([[0.5, 0.5], [0, 1]]))
    #expect(!drained.isErgodic && drained.forgetsItsStart)
  }

  /// A way through thousands of states must not need as many frames of the call stack.
  @Test func aLongCycleIsOneClass() throws {
    let count = 1500
    let chain = try FiniteChain.cycle(count)
    #expect(chain.classes.count == 1 && chain.classes[0].period == count)
    let chute = try MarkovChain(
      stateCount: count,
      transitions: (0..<count).map {
        .init(from: $0, to: min($0 + 1, count - 1), probability: 1)
      })
    #expect(chute.classes.count == count && chute.closedClasses.map(\.states) == [[count - 1]])
  }

  // MARK: Input

  @Test func rowsColumnsAndListsSayTheSame() throws {
    let matrix = Tensor<Double>([[0.9, 0.2, 0.1], [0.08, 0.6, 0.4], [0.02, 0.2, 0.5]])
    let columns = try MarkovChain(columns: matrix)
    #expect(columns == (try MarkovChain(rows: matrix.transposed())))
    let list = (0..<3).flatMap { from in
      (0..<3).flatMap { to in
        // In two halves: those of the same states are added.
        (0..<2).map { _ in
          MarkovChain.Transition(from: from, to: to, probability: matrix[to, from] / 2)
        }
      }
    }
    #expect(columns == (try MarkovChain(stateCount: 3, transitions: list)))
    #expect(columns.transition == matrix, "what rounding explains stays as it was given")
  }

  @Test func sumsWithinToleranceAreDividedOut() throws {
    let third = 0.333333
    let chain = try MarkovChain(columns: Tensor([3, 3], repeating: third), tolerance: 2e-6)
    #expect(abs(chain.largestSumError - 1e-6) < 1e-12)
    #expect(chain.transition.elements.allSatisfy { abs($0 - 1 / 3.0) < 1e-15 })
  }

  @Test(
    arguments: [
      ([[0.5, 0.1], [0.4, 0.9]], "the column of state 'a' sums to 0.9, expected 1"),
      ([[0.5, -0.1], [0.5, 1.1]], "column of state 'b' has -0.1"),
      ([[0.5, .nan], [0.5, 1]], "column of state 'b' has nan"),
      ([[0.5, .infinity], [0.5, 1]], "column of state 'b' has inf"),
      ([[0, 1], [0, 0]], "the column of state 'a' sums to 0.0"),
      ([[0.9, 0.1], [0.5, 0.5]], "rows all do: read the matrix by rows"),
      ([[1, 0, 0], [0, 1, 1]], "as many rows as columns, found shape [2, 3]"),
    ] as [([[Double]], String)]) func matricesThatAreNoneAreNamed(
      _ rows: [[Double]], message: String
    ) throws
  {
    do {
      _ = try MarkovChain(
        columns: Tensor(shape: [rows.count, rows[0].count], elements: rows.flatMap { $0 }),
        stateNames: ["a", "b"])
      Issue.record("\(rows) was taken")
    } catch {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test func rowsThatAreNoneAreNamedAsRows() throws {
    #expect(
      throws: MarkovChainError.sum(0.75, line: .row("1"), isOtherwiseStochastic: false)
    ) { try MarkovChain(rows: Tensor([[0.5, 0.5], [0.5, 0.25]])) }
    #expect(throws: MarkovChainError.noSuchState(number: 2, count: 2)) {
      try MarkovChain(stateCount: 2, transitions: [.init(from: 0, to: 2, probability: 1)])
    }
    #expect(
      throws: MarkovChainError.probability(-1, of: "1", line: .column("0"))
    ) { try MarkovChain(stateCount: 2, transitions: [.init(from: 0, to: 1, probability: -1)]) }
    #expect(throws: MarkovChainError.noStates) { try MarkovChain(columns: Tensor(zeros: [0, 0])) }
    #expect(throws: MarkovChainError.names(found: 1, expected: 2)) {
      try MarkovChain(columns: Tensor([[1, 0], [0, 1]]), stateNames: ["a"])
    }
  }
}
