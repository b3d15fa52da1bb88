import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/tempering.md claims, claim by claim: 0.7 of the mass is in the right mode, and log Z is 2.
@Suite struct TemperingGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "TemperingExample.swift")
    #expect(sections.count == 6)
    #expect(try PageCode.blocks(ofPage: "docs/tempering.md") == sections)
  }

  @Test func temperingFindsTheShareOfAMode() throws {
    let (share, report) = try shareOfTheRightMode()
    #expect(abs(share.mean - 0.7) < 4 * (share.meanError ?? 0), "\(share)")
    #expect((share.rHat ?? 9) < 1.02, "\(share)")
    let rates = report.swapRates
    #expect((rates.max() ?? 1) - (rates.min() ?? 0) < 0.15, "\(report)")
    #expect(report.roundTripRate > 0 && report.roundTripRate < report.idealRoundTripRate)
  }

  @Test func everyTemperatureHasItsOwnSpread() throws {
    let (hot, cold) = try spreads()
    // The spread of 64 normal numbers is known to 1/√128 of itself.
    #expect(abs(hot - 5) < 4 * 5 / 128.0.squareRoot(), "\(hot)")
    // With the share p of one mode it is √(64 p (1 − p) + ¼); p is within 4 √(0.21/64) of 0.7.
    let farthest = 0.7 + 4 * (0.21 / 64).squareRoot()
    #expect(cold > (64 * farthest * (1 - farthest)).squareRoot() && cold < 4.2, "\(cold)")
  }

  @Test func bothDirectionsBracketLogZ() throws {
    let (forward, reverse, both) = try logPartitions()
    #expect(abs(both.logRatio - 2) < 4 * both.standardError, "\(both)")
    #expect(forward < reverse + 4 * both.standardError)
    #expect(abs(forward - 2) < 0.5 && abs(reverse - 2) < 0.5, "\(forward), \(reverse)")
  }

  @Test func temperaturesGoWhereWorkIsLost() throws {
    let (even, spaced) = try workLost()
    let (before, after) = (try #require(even), try #require(spaced))
    #expect(after < before, "\(before) nats, then \(after)")
  }

  @Test func weightsStandForTheModel() throws {
    let (logPartition, share, effective, shape) = try weighted()
    #expect(abs(share.mean - 0.7) < 4 * share.standardError, "\(share)")
    #expect(effective > 50 && effective < 20_000)
    #expect(abs(logPartition - 2) < 4 / effective.squareRoot(), "\(logPartition)")
    #expect(try #require(shape) < 0.7)
  }
}
