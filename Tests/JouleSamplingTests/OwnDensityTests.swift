import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/examples/own-density.md claims, claim by claim.
@Suite struct OwnDensityTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "OwnDensityExample.swift")
    #expect(sections.count == 7)
    #expect(try PageCode.blocks(ofPage: "docs/examples/own-density.md") == sections)
  }

  @Test func theOracleAcceptsTheProposal() throws {
    let report = try verdict(on: WideningStep(spacing: 0.5))
    #expect(report.passes && report.isIrreducible, "\(report)")
    #expect(report.findings.contains { $0.name == "proposal" })
  }

  @Test func forgottenDensitiesAreFoundOut() throws {
    let report = try verdict(on: WideningStep(spacing: 0.5, correction: 0))
    for name in ["pi P = pi", "detailed balance", "proposal"] {
      let finding = try #require(report.findings.first { $0.name == name })
      #expect(!finding.passes, "\(report)")
      #expect(name != "proposal" || finding.words.hasPrefix("from ["), "\(report)")
    }
  }

  /// E[x] and E[y] by the trapezoidal rule in r and φ, over which the density is smooth.
  static let middle: (x: Double, y: Double) = {
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for i in 1..<4000 {
      let r = 12 * Double(i) / 4000
      for j in 0..<64 {
        let phase = 2 * Double.pi * Double(j) / 64
        let weight = r * exp(-r * r / 6 + 1.5 * cos(2 * phase) + 0.5 * cos(phase))
        let angle = phase + 2.5 * log(r + 0.5)
        sum += weight
        x += weight * r * cos(angle)
        y += weight * r * sin(angle)
      }
    }
    return (x / sum, y / sum)
  }()

  /// p(r) = (r/3) exp(−r²/6), whatever the arms do.
  static var expected: [Double] {
    [middle.x, middle.y, (1.5 * Double.pi).squareRoot(), exp(-1.5)]
  }

  @Test func integralsAreWithinTheirErrors() throws {
    var lines: [String] = []
    let draws = try stars { lines.append($0) }
    for (line, exact) in zip(integrals(over: draws), Self.expected) {
      let error = try #require(line.meanError)
      #expect(abs(line.mean - exact) < 4 * error, "\(line), exactly \(exact)")
      #expect((line.rHat ?? 9) < 1.02, "\(line)")
    }
    #expect(lines.contains { $0.hasPrefix("warming up, step 500 of 5500, acceptance 0.") })
    let last = try #require(lines.last)
    #expect(last.hasPrefix("sampling, step 5500 of 5500, acceptance 0."), "\(last)")
    #expect(last.contains(", R-hat so far 1.0"), "\(last)")
  }

  @Test func withoutTheDensitiesTheyAreNot() throws {
    let lines = integrals(over: try stars(WideningStep(correction: 0)) { _ in })
    for index in 2..<4 {
      let error = try #require(lines[index].meanError)
      #expect(abs(lines[index].mean - Self.expected[index]) > 8 * error, "\(lines[index])")
    }
  }

  @Test func theGridIsTheDensity() {
    let grid = DensityGrid()
    // What lies beyond the grid: at most exp(−6.5²/6).
    let x = grid.margin(ofX: true).reduce(0) { $0 + $1.x * $1.y } * DensityGrid.spacing
    #expect(abs(x - Self.middle.x) < 7 * exp(-6.5 * 6.5 / 6))
    let level = grid.level(holding: 0.5)
    let held = grid.densities.reduce(0) { $1 >= level ? $0 + $1 : $0 }
    #expect(abs(held * 0.0025 - 0.5) < 1e-3)
  }

  @Test func thePictureIsDrawn() throws {
    let draws = try stars(samples: 500) { _ in }
    let svg = picture(of: draws, without: draws).svg
    for word in [
      "A galaxy of one&#39;s own", "Margin of y", "log q forgotten", "class=\"curve c1\"",
    ] {
      #expect(svg.contains(word), "\(word)")
    }
    #expect(svg.components(separatedBy: "<circle").count > 1500)
  }
}
