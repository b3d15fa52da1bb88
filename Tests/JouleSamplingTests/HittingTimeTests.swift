import Joule
import JouleTestSupport
import Testing

@Suite struct HittingTimeTests {
  /// The equations themselves, and infinity exactly where the target can be missed.
  @Test(arguments: try FiniteChain.all()) func hittingTimesSolveTheirEquations(
    _ sample: FiniteChain
  ) throws {
    let chain = sample.chain
    let can = chain.reachability
    for targets in [[0], [chain.stateCount - 1], [0, chain.stateCount / 2]] {
      let times = try chain.expectedHittingTimes(to: targets)
      for state in 0..<chain.stateCount {
        if targets.contains(state) {
          #expect(times[state] == 0)
          continue
        }
        let canMiss = Self.reached(from: state, in: chain, avoiding: targets).contains { lost in
          !targets.contains { can[$0][lost] }
        }
        #expect(times[state].isInfinite == canMiss, "\(state) to \(targets)")
        if canMiss { continue }
        let sum = (0..<chain.stateCount).reduce(1.0) {
          let probability = chain.probability(of: $1, after: state)
          return probability == 0 ? $0 : $0 + probability * times[$1]
        }
        #expect(abs(times[state] - sum) <= 1e-12 * sum)
      }
    }
  }

  /// Where a walk may come to before it is in a target.
  private static func reached(
    from start: Int, in chain: MarkovChain, avoiding stops: [Int]
  ) -> Set<Int> {
    var (seen, open): (Set<Int>, [Int]) = ([start], [start])
    while let state = open.popLast() {
      if stops.contains(state) { continue }
      for next in 0..<chain.stateCount where chain.probability(of: next, after: state) > 0 {
        if seen.insert(next).inserted { open.append(next) }
      }
    }
    return seen
  }

  /// The fair game lasts k (n − k) rounds and is won with probability k/n; the unfair one has its own
  /// closed forms.
  @Test func gamblersRuinHasItsClosedForms() throws {
    let count = 40
    let fair = try FiniteChain.gamblersRuin(count, up: 0.5)
    let rounds = try fair.expectedHittingTimes(to: [0, count])
    let ends = try fair.absorptionProbabilities()
    for k in 0...count {
      #expect(abs(rounds[k] - Double(k * (count - k))) <= 1e-12 * Double(count * count))
      #expect(abs(ends[1][k] - Double(k) / Double(count)) < 1e-13)
      #expect(abs(ends[0][k] + ends[1][k] - 1) < 1e-13)
    }
    #expect(try fair.expectedHittingTimes(to: [0]).dropFirst().allSatisfy(\.isInfinite))
    let (up, down) = (0.3, 0.7)
    let unfair = try FiniteChain.gamblersRuin(count, up: up).absorptionProbabilities()
    var power = 1.0
    var last = 1.0
    for _ in 0..<count { last *= down / up }
    for k in 0...count {
      let expected = (power - 1) / (last - 1)
      #expect(abs(unfair[1][k] - expected) <= 1e-12 * expected, "1e-15 of a chance has digits too")
      power *= down / up
    }
  }

  /// Σᵢ πᵢ h(j → i) is the same from every j, and Σ 1/(1 − λ) over the other eigenvalues (Kemeny and
  /// Snell 1960; LP Lemma 12.17).
  @Test(arguments: ["weather", "dense", "Metropolis", "cycle of 6", "walk on a ring of 8"])
  func kemenysConstantIsOne(_ name: String) throws {
    let sample = try #require(try FiniteChain.all().first { $0.testDescription == name })
    let chain = sample.chain
    let pi = try chain.stationaryDistribution()
    var sums = [Double](repeating: 0, count: chain.stateCount)
    for target in pi.indices {
      let times = try chain.expectedHittingTimes(to: [target])
      for state in sums.indices { sums[state] += pi[target] * times[state] }
      let back = try chain.expectedReturnTime(to: target)
      #expect(abs(back * pi[target] - 1) < 1e-13)
      let onceRound = (0..<chain.stateCount).reduce(1.0) {
        $0 + chain.probability(of: $1, after: target) * times[$1]
      }
      #expect(abs(back - onceRound) < 1e-11 * back)
    }
    let constant = try chain.spectrum().eigenvalues.dropFirst().reduce(0.0) {
      let (x, y) = (1 - $1.real, -$1.imaginary)
      return $0 + x / (x * x + y * y)
    }
    // Periodic chains list their roots of unity in some order: one itself is the first of modulus one.
    for sum in sums { #expect(abs(sum - constant) < 1e-11 * constant) }
  }

  @Test func transientStatesAreNotReturnedTo() throws {
    #expect(try FiniteChain.reducible().expectedReturnTime(to: 0) == .infinity)
  }

  // MARK: Walks

  /// Frequencies of all transitions against their probabilities, as z-scores.
  @Test func walksFollowTheTransitionProbabilities() throws {
    for (number, chain) in [
      try FiniteChain.weather(), try FiniteChain.random(8, density: 0.5, key: FiniteChain.key),
    ].enumerated() {
      let key = RandomKey(seed: 91).folded("walks").folded(UInt64(number))
      let walk = chain.walk(steps: 200_000, from: 0, key: key)
      var counts = [Int: Int]()
      var leavings = [Int](repeating: 0, count: chain.stateCount)
      for (now, next) in zip(walk, walk.dropFirst()) {
        counts[now * chain.stateCount + next, default: 0] += 1
        leavings[now] += 1
      }
      for now in 0..<chain.stateCount where leavings[now] > 0 {
        for next in 0..<chain.stateCount {
          let count = counts[now * chain.stateCount + next, default: 0]
          let p = chain.probability(of: next, after: now)
          if p == 0 || p == 1 {
            #expect(count == Int(p) * leavings[now])
            continue
          }
          let n = Double(leavings[now])
          let z = (Double(count) - n * p) / (n * p * (1 - p)).squareRoot()
          #expect(abs(z) < 5, "\(now) → \(next): z = \(z)")
        }
      }
    }
  }

  /// Chains advanced together, in any pieces, make the walks that they make alone.
  @Test func walksTogetherAreTheWalksAlone() throws {
    let chain = try FiniteChain.random(30, density: 0.15, key: FiniteChain.key.folded(1))
    let key = RandomKey(seed: 92)
    let kernel = FiniteChainKernel(chain)
    for workers in [Workers.single, Workers(count: 3)] {
      var walks = ParallelChains(
        at: Tensor<Double>(shape: [200, 1], elements: (0..<200).map { Double($0 % 30) }), key: key
      ) { _ in kernel }
      try walks.advance(by: 17, on: workers)
      for walk in [0, 99, 199] {
        let alone = chain.walk(steps: 17, from: walk % 30, key: key, chain: walk)
        #expect(walks.position[walk, 0] == Double(alone[17]))
      }
    }
  }

  @Test func startsAreDrawnFromTheirDistribution() throws {
    let chain = try FiniteChain.weather()
    let start = [0.2, 0, 0.8]
    let states = (0..<20_000).map {
      chain.walk(steps: 0, from: start, key: RandomKey(seed: 93), chain: $0)[0]
    }
    let noise = MonteCarlo.floor(of: start, count: states.count)
    #expect(MonteCarlo.totalVariation(of: states, from: start) < 4 * noise)
    #expect(!states.contains(1))
  }
}
