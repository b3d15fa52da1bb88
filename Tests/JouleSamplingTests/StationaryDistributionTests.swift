import Joule
import Testing

@Suite struct StationaryDistributionTests {
  @Test(arguments: try FiniteChain.all()) func theyAreOnesOfEachClosedClass(
    _ sample: FiniteChain
  ) throws {
    let chain = sample.chain
    let distributions = try chain.stationaryDistributions()
    #expect(distributions.count == chain.closedClasses.count)
    // Elimination and check each round some d times.
    let bound = 8 * Double(chain.stateCount) * 0x1p-53
    for (own, pi) in zip(chain.closedClasses, distributions) {
      #expect(pi.indices.filter { pi[$0] > 0 } == own.states)
      #expect(abs(pi.reduce(0, +) - 1) <= bound)
      for (after, before) in zip(chain.moved(pi), pi) {
        #expect(abs(after - before) <= bound * before, "relative to each probability")
      }
    }
  }

  /// Another way to the same: (I − T)π = 0 with one equation replaced by Σπ = 1, by LU of LAPACK.
  @Test(arguments: ["weather", "dense", "sparse", "several blocks", "Metropolis"])
  func eliminationAgreesWithLAPACK(_ name: String) throws {
    let sample = try #require(try FiniteChain.all().first { $0.testDescription == name })
    let chain = sample.chain
    guard chain.isIrreducible else { return }
    let count = chain.stateCount
    var system = -chain.transition
    for state in 0..<count { system[state, state] += 1 }
    for column in 0..<count { system[count - 1, column] = 1 }
    var right = Tensor<Double>(zeros: [count])
    right[count - 1] = 1
    let expected = try system.solve(right)
    for (found, other) in zip(try chain.stationaryDistribution(), expected.elements) {
      #expect(abs(found - other) < 1e-12)
    }
  }

  /// Birth and death: π_k ∝ Π pᵢ/q, here over 10⁻³⁹⁰ from one end to the other, where Double has
  /// no numbers left.
  @Test(arguments: [0.3, 1e-3, 1 - 1e-3]) func birthAndDeathHasItsClosedForm(_ up: Double) throws {
    let count = 130
    let chain = try MarkovChain(
      stateCount: count,
      transitions: (0..<count).flatMap { state in
        [
          MarkovChain.Transition(from: state, to: min(state + 1, count - 1), probability: up),
          MarkovChain.Transition(from: state, to: max(state - 1, 0), probability: 1 - up),
        ]
      })
    let pi = try chain.stationaryDistribution()
    let ratio = up / (1 - up)
    let top = ratio > 1 ? count - 1 : 0
    for state in 0..<count - 1 where min(pi[state], pi[state + 1]) > 1e-290 {
      // Two divisions of numbers that are accurate to some rounding errors of their own.
      #expect(abs(pi[state + 1] / pi[state] / ratio - 1) < Double(count) * 0x1p-51)
    }
    #expect(abs(pi[top] - (1 - min(ratio, 1 / ratio))) < 1e-13)
    #expect(pi.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  /// π of two pairs of states that hardly pass to one another is known; elimination finds it to the last
  /// digits, LAPACK's eigenvector of the same matrix does not.
  @Test func slowPassagesCostNoDigits() throws {
    let chain = try FiniteChain.nearlyUncoupled(1e-13)
    // By flow between the pairs the first holds 2/3; within each the two states are nearly 0.3 and 0.7.
    let pi = try chain.stationaryDistribution()
    #expect(abs(pi[0] + pi[1] - 2 / 3.0) < 1e-15)
    #expect(abs(pi[2] + pi[3] - 1 / 3.0) < 1e-15)
    let (values, _, vectors, _) = try chain.transition.eigen()
    let one = try #require((0..<4).max { values[$0] < values[$1] })
    let vector = (0..<4).map { vectors[$0, one] }
    let sum = vector.reduce(0, +)
    #expect(abs((vector[0] + vector[1]) / sum - 2 / 3.0) > 1e-10, "else the test shows nothing")
  }

  @Test func severalClassesAreRefusedByNameWhereOneIsNeeded() throws {
    let chain = try FiniteChain.reducible()
    let classes = [["1", "2"], ["3", "4", "5"]]
    #expect(throws: MarkovChainError.notUnique(closedClasses: classes)) {
      try chain.stationaryDistribution()
    }
    let drained = try MarkovChain(rows: Tensor([[0.5, 0.5], [0, 1]]), stateNames: ["a", "b"])
    #expect(try drained.stationaryDistribution() == [0, 1])
    #expect(throws: MarkovChainError.zeroProbability(state: "a")) { try drained.timeReversal() }
  }

  @Test func waysOutThatUnderflowAreNamed() throws {
    let tiny = 1e-200
    let chain = try MarkovChain(
      columns: Tensor([[1 - tiny, 0, 0.5], [tiny, 1 - tiny, 0], [0, tiny, 0.5]]),
      stateNames: ["a", "b", "c"])
    // The way from c to a and back is there; that from a over b to c is improbable, and no product yet.
    #expect(try chain.stationaryDistribution().allSatisfy { $0 >= 0 })
    let lost = try MarkovChain(
      columns: Tensor([[1, tiny, 0], [0, 0, 1], [0, 1, 0]]), tolerance: 1e-6)
    #expect(lost.transientStates == [1, 2])
    #expect(try lost.expectedHittingTimes(to: [0])[2] > 1e199)
  }

  // MARK: Detailed balance

  @Test func metropolisIsInDetailedBalance() throws {
    let chain = try FiniteChain.metropolis(10, key: FiniteChain.key.folded(3))
    let balance = chain.detailedBalance(of: try chain.stationaryDistribution())
    #expect(balance.isReversible && balance.residual < 1e-16)
  }

  /// Negative control, with the residual worked out by hand: π is uniform and flows go round.
  @Test func aDriftOnARingIsNot() throws {
    let chain = try MarkovChain(
      stateCount: 5,
      transitions: (0..<5).flatMap {
        [
          MarkovChain.Transition(from: $0, to: ($0 + 1) % 5, probability: 0.7),
          MarkovChain.Transition(from: $0, to: ($0 + 4) % 5, probability: 0.3),
        ]
      })
    let balance = chain.detailedBalance(of: try chain.stationaryDistribution())
    #expect(!balance.isReversible)
    #expect(abs(balance.residual - 0.4 / 5) < 1e-15)
    #expect(abs(balance.largestAsymmetry - 4 / 7.0) < 1e-14)
    let pair = try #require(balance.worstPair)
    #expect(pair.to == (pair.from + 1) % 5)
  }

  /// An asymmetry among improbable states is one, however small its flow is.
  @Test func improbableStatesCountToo() throws {
    let tiny = 1e-12
    let chain = try MarkovChain(
      rows: Tensor([
        [1 - tiny, tiny, 0, 0], [0.5, 0, 0.4, 0.1], [0.5, 0.1, 0, 0.4], [0.5, 0.4, 0.1, 0],
      ]))
    let balance = chain.detailedBalance(of: try chain.stationaryDistribution())
    #expect(balance.residual < 1e-12 && !balance.isReversible)
  }

  @Test(arguments: ["weather", "dense", "Metropolis", "cycle of 6", "nearly uncoupled"])
  func reversalAndReversibilizationsKeepPi(_ name: String) throws {
    let sample = try #require(try FiniteChain.all().first { $0.testDescription == name })
    let chain = sample.chain
    let pi = try chain.stationaryDistribution()
    let reversal = try chain.timeReversal()
    for i in 0..<chain.stateCount {
      for j in 0..<chain.stateCount {
        #expect(
          abs(
            reversal.probability(of: i, after: j) * pi[j] - chain.probability(of: j, after: i)
              * pi[i]) < 1e-15)
      }
    }
    let back = try reversal.timeReversal()
    #expect(
      zip(back.transition.elements, chain.transition.elements).allSatisfy { abs($0 - $1) < 1e-12 })
    for kind in [MarkovChain.Reversibilization.additive, .multiplicative] {
      let reversible = try chain.reversibilized(kind)
      #expect(reversible.detailedBalance(of: pi).isReversible)
      #expect(zip(reversible.moved(pi), pi).allSatisfy { abs($0 - $1) < 1e-15 })
    }
    let product = try chain.reversibilized(.multiplicative)
    for i in 0..<chain.stateCount {
      for j in 0..<chain.stateCount {
        let expected = (0..<chain.stateCount).reduce(0) {
          $0 + reversal.probability(of: i, after: $1) * chain.probability(of: $1, after: j)
        }
        #expect(abs(product.probability(of: i, after: j) - expected) < 1e-14)
      }
    }
  }
}
