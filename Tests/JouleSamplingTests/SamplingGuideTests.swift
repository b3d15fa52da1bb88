import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/sampling.md claims, claim by claim.
@Suite struct SamplingGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "SamplingGuideExample.swift")
    #expect(sections.count == 11)
    #expect(try PageCode.blocks(ofPage: "docs/sampling.md") == sections)
  }

  /// exp(−E)/Z of the 64 states, and expectations by them.
  static let states = StateSpace<Double>(binary: 6).rows
  static let probabilities: [Double] = {
    let weights = Ring().energy(of: states).elements.map { exp(-$0) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }()

  static func expectation(_ function: (Tensor<Double>) -> Double) -> Double {
    probabilities.enumerated().reduce(0) { $0 + $1.element * function(states.row($1.offset)) }
  }

  @Test func aSamplerIsAChain() throws {
    let report = try flipsAsAChain()
    #expect(report.passes && report.method == .listed, "\(report)")
    #expect(report.chain.stateCount == 64 && report.chain.isErgodic)
    let stationary = try report.chain.stationaryDistribution()
    #expect(zip(stationary, Self.probabilities).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(report.detailedBalanceResidual < 1e-15)
    #expect(abs(report.spectralGap - 0.0887) < 5e-5 && report.mixingTime == 13, "\(report)")
    #expect(abs(Self.expectation { $0[0] } - 1 / (1 + exp(-0.5))) < 1e-14)
  }

  @Test func drawsGiveIntegralsWithTheirErrors() throws {
    var told: [SamplingProgress] = []
    let lines = try expectations { told.append($0) }
    let exact = [
      Self.expectation { $0[0] }, Self.expectation { $0.elements.reduce(0, +) },
    ]
    for (line, value) in zip(lines, exact) {
      #expect(abs(line.mean - value) < 4 * (line.meanError ?? 0), "\(line), exactly \(value)")
    }
    #expect(lines.map(\.name) == ["first on", "how many on"])
    let last = try #require(told.last)
    #expect("\(last)".hasPrefix("sampling, step 10200 of 10200, acceptance 0."), "\(last)")
  }

  @Test func theHastingsTermIsNeeded() throws {
    let right = try metropolisHastings(statesDensities: true)
    #expect(right.passes, "\(right)")
    let wrong = try metropolisHastings(statesDensities: false)
    #expect(wrong.findings.allSatisfy { !$0.passes }, "\(wrong)")
  }

  @Test func gibbsIsRightAndNeverRefused() throws {
    let (colours, report) = try gibbs()
    #expect(Set(colours) == [[0, 2, 4], [1, 3, 5]])
    #expect(report.passes && report.method == .listed && report.stationarityResidual < 1e-14)
    let accepted = acceptanceOfGibbs()
    #expect(accepted.count == 64 && accepted.allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test func whatIsComposedOfRightKernelsIsRight() throws {
    let report = try composed()
    #expect(report.passes && report.stationarityResidual < 1e-14, "\(report)")
  }

  /// P(x > 0) of the wells, by the trapezoidal rule.
  static func exactShare(depth: Double) -> Double {
    var (right, all) = (0.0, 0.0)
    for step in -40_000...40_000 {
      let x = Double(step) / 10_000
      let weight = exp(-depth * (x * x - 1) * (x * x - 1) + 0.3 * x)
      all += weight
      right += x > 0 ? weight : x == 0 ? weight / 2 : 0
    }
    return right / all
  }

  @Test func anyEnergyIsSampledByNoise() throws {
    let line = try shareOnTheRight(depth: 1)
    let exact = Self.exactShare(depth: 1)
    #expect(abs(line.mean - exact) < 4 * (line.meanError ?? 0), "\(line), exactly \(exact)")
    let words = verdict(on: line)
    #expect(words[0].hasPrefix("Converged"), "\(words)")
  }

  @Test func deepWellsAreNotLeft() throws {
    let line = try shareOnTheRight(depth: 25)
    #expect(line.mean == 0.5 && line.meanError == nil && line.rHat == nil, "\(line)")
    #expect("\(line)" == "right = 0.5, of unknown error: it never leaves 0.0 in chain 1")
    let words = verdict(on: line)
    #expect(words[0].hasPrefix("Not converged") && words[0].contains("never leaves"), "\(words)")
  }

  @Test func temperingGoesBetweenThem() throws {
    let line = try temperedShareOnTheRight(depth: 25)
    let exact = Self.exactShare(depth: 25)
    #expect(abs(line.mean - exact) < 4 * (line.meanError ?? 0), "\(line), exactly \(exact)")
    #expect(verdict(on: line)[0].hasPrefix("Converged"), "\(line)")
  }

  @Test func aWalkFindsItsShape() throws {
    let (acceptance, scale, factor) = try adaptedWalk()
    // The rate aimed at in two dimensions is 0.337.
    #expect(abs(acceptance - 0.337) < 0.08, "\(acceptance)")
    #expect(abs(scale - 1.68) < 0.4, "\(scale), best is 2.38/√2 = 1.68")
    let shape = try #require(factor)
    let correlation = shape[1, 0] / hypot(shape[1, 0], shape[1, 1])
    #expect(abs(correlation - 0.8) < 0.1, "\(correlation)")
  }
}
