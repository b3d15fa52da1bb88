import Joule
import JouleTestSupport
import Testing

/// What docs/markov-chains.md claims, claim by claim.
@Suite struct MarkovChainsGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "MarkovChainsExample.swift")
    #expect(sections.count == 9)
    #expect(try PageCode.blocks(ofPage: "docs/markov-chains.md") == sections)
  }

  @Test func weather() throws {
    let chain = try weatherChain()
    let walk = try twoWeeks()
    #expect(walk.count == 15 && walk[0] == 2)
    #expect(chain.isErgodic)
    let tomorrow = try forecast(days: 1)
    #expect(zip(tomorrow, [0.2, 0.4, 0.4]).allSatisfy { abs($0 - $1) < 1e-15 })
    let later = try forecast(days: 7)
    #expect(zip(later, [0.5539, 0.2637, 0.1824]).allSatisfy { abs($0 - $1) < 1e-4 }, "\(later)")
    let climate = try chain.stationaryDistribution()
    #expect(zip(climate, [48, 22, 15]).allSatisfy { abs($0 - $1 / 85) < 1e-15 })
    #expect(try distanceFromClimate(day: 0) > 0.8 && distanceFromClimate(day: 30) < 1e-7)
    let balance = chain.detailedBalance(of: climate)
    #expect(!balance.isReversible && abs(balance.residual - 0.6 / 85) < 1e-15)
    #expect(try chain.reversibilized(.additive).detailedBalance(of: climate).isReversible)
  }

  @Test func seasons() throws {
    let chain = try seasonsChain()
    #expect(chain.isIrreducible && chain.classes[0].period == 4 && !chain.isErgodic)
    #expect(chain.cyclicGroups(of: chain.classes[0]) == [[0], [1], [2], [3]])
    #expect(try chain.stationaryDistribution() == [0.25, 0.25, 0.25, 0.25])
    #expect(chain.distribution(after: 1001, from: [1, 0, 0, 0]) == [0, 1, 0, 0])
    #expect(try chain.mixingTime() == nil)
    #expect(try chain.spectrum().spectralGap == 0)
  }

  @Test func game() throws {
    let chain = try gameChain()
    #expect(chain.closedClasses.map(\.states) == [[0], [4]] && chain.transientStates == [1, 2, 3])
    let chances = try chancesToWin()
    #expect(abs(chances[2] - 1 / (1.5 * 1.5 + 1)) < 1e-15)
    #expect(throws: MarkovChainError.notUnique(closedClasses: [["0"], ["4"]])) {
      try chain.stationaryDistribution()
    }
    let longRun = try chain.longRunDistribution(from: [0, 0, 1, 0, 0])
    #expect(abs(longRun[4] - chances[2]) < 1e-15)
  }

  @Test func metropolis() throws {
    let p = [0.1, 0.2, 0.3, 0.15, 0.25]
    let chain = try metropolisChain(for: p)
    #expect(zip(try chain.stationaryDistribution(), p).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(chain.detailedBalance(of: p).isReversible)
  }

  @Test func speeds() throws {
    let (gap, mixing, bounds) = try speed(of: weatherChain())
    #expect(abs(gap - 0.44505) < 1e-5 && mixing == 2)
    let known = try #require(bounds)
    #expect(known.lower == 2 && known.upper == 3)
    let days = 100_000
    let shares = try observedShares(of: weatherChain(), burnIn: 10, days: days)
    for (share, expected) in zip(shares, [48, 22, 15]) {
      // Days are correlated: their number counts as days · gap/2 at least.
      let p = Double(expected) / 85
      let error = (p * (1 - p) / (Double(days) * gap / 2)).squareRoot()
      #expect(abs(share - p) < 4 * error)
    }
    let rain = try daysUntilRain()
    #expect(zip(rain, [10, 20 / 3.0, 0]).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect(abs(try weatherChain().expectedReturnTime(to: 2) - 85 / 15.0) < 1e-13)
  }
}
