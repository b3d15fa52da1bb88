import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/gradient-sampling.md claims, claim by claim.
@Suite struct GradientSamplingGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "GradientSamplingExample.swift")
    #expect(sections.count == 10)
    #expect(try PageCode.blocks(ofPage: "docs/gradient-sampling.md") == sections)
  }

  @Test(arguments: [0, 1]) func gradientsAreThoseOfTheEnergies(column: Int) {
    let rows = Tensor<Double>(normal: [50, 2], using: RandomKey(seed: 11)) * 2
    for model in [valley, funnel] {
      let gradient = model.energyGradient(at: rows)
      var (up, down) = (rows, rows)
      for row in 0..<50 {
        up[row, column] += 1e-5
        down[row, column] -= 1e-5
      }
      let slopes = (model.energy(of: up) - model.energy(of: down)) / 2e-5
      for row in 0..<50 {
        // Of a central difference the third derivative is missed, of order h² here, and E is known to some ulps.
        let size = max(1, abs(slopes[row]), model.energy(of: rows)[row])
        #expect(abs(slopes[row] - gradient[row, column]) < 1e-8 * size, "row \(row)")
      }
    }
  }

  @Test func langevinIsBiasedAndTheTestRemovesIt() throws {
    let plain = try varianceByLangevin(stepSize: 0.5, isAdjusted: false)
    let error = try #require(plain.meanError)
    #expect(abs(plain.mean - 1 / (1 - 0.25)) < 4 * error, "\(plain)")
    #expect(abs(plain.mean - 1) > 8 * error, "\(plain)")
    let adjusted = try varianceByLangevin(stepSize: 0.5, isAdjusted: true)
    #expect(abs(adjusted.mean - 1) < 4 * (adjusted.meanError ?? 0), "\(adjusted)")
  }

  /// E of x₀, x₁, x₀², x₁²: E x₁² = 1 + E x₀⁴/4.
  static func check(_ lines: [VariableDiagnostics]) {
    for (line, exact) in zip(lines, [0, 0.5, 1, 1.75]) {
      #expect(abs(line.mean - exact) < 4 * (line.meanError ?? 0), "\(line), exactly \(exact)")
      #expect((line.rHat ?? 9) < 1.02, "\(line)")
    }
  }

  @Test func trajectoriesFollowTheValley() throws {
    Self.check(try byHamiltonian())
    let (lines, stepSize, mass) = try byNoUTurn()
    Self.check(lines)
    #expect(stepSize > 0.1 && stepSize < 2)
    // The mass is from the last window, 200 steps, where the lines are from 1,000.
    for (index, variance) in [1, 1.5].enumerated() {
      let error = (lines[2 + index].meanError ?? 0) * 5.0.squareRoot()
      #expect(abs(1 / mass[index] - variance) < 4 * error, "variable \(index): \(mass)")
    }
  }

  @Test func aTransitionTellsOfItself() throws {
    let info = oneTransition()
    let depths = try #require(info.treeDepths)
    #expect(depths.count == 4)
    for chain in 0..<4 {
      // Besides the points of the tree those of a last doubling that turned back within itself.
      #expect(info.gradientCounts[chain] >= (1 << depths[chain]) - 1)
      #expect(info.gradientCounts[chain] < 1 << (depths[chain] + 1))
    }
    #expect(info.diverged == [false, false, false, false])
    #expect(windows() == (75, [25, 50, 100, 200, 500], 50))
  }

  @Test func theFunnelIsToldOf() throws {
    let before = try trouble(with: funnel)
    #expect((before.divergenceCount ?? 0) > 0)
    #expect(before.warnings.contains { $0.contains("transitions diverged") })
    let careful = try trouble(with: funnel, targetAcceptance: 0.99)
    let counts = (try #require(before.divergenceCount), try #require(careful.divergenceCount))
    #expect(counts.1 < counts.0 && counts.1 > 0, "\(counts)")
    let after = try trouble(with: straightened)
    #expect(after.divergenceCount == 0 && after.warnings.isEmpty, "\(after.warnings)")
  }

  @Test func flipsFollowTheGradientAndAreRight() throws {
    for report in try guidedFlips() { #expect(report.passes, "\(report)") }
  }
}
