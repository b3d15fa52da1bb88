import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/your-own-energy.md claims.
@Suite struct YourOwnEnergyTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    #expect(
      try PageCode.blocks(ofPage: "docs/your-own-energy.md")
        == PageCode.sections(ofExample: "YourOwnEnergyExample.swift"))
  }

  /// Both methods come within a tenth of a nat, where the untrained landscape is more than a nat away; chains of
  /// the trained model stand where moons are.
  @Test func bothMethodsFindTheMoons() throws {
    let untrained = try judge(Landscape(key: RandomKey(seed: 2))).divergence
    #expect(untrained.mean > 1)
    var charts: [Chart] = []
    for (name, model) in [
      ("Score matching", try byScoreMatching()),
      ("Contrastive divergence", try byContrastiveDivergence()),
    ] {
      let judged = try judge(model)
      #expect(judged.divergence.mean < 0.1, "\(name): \(judged.divergence)")
      // A divergence is not negative; four errors for the draws.
      #expect(judged.divergence.mean > -4 * judged.divergence.standardError)
      let rows = try draws(from: model)
      // What the truth gives such draws is its own mean, but for what the model has wrong.
      let logDensities = moons.logDensity(of: rows).elements
      let near = logDensities.filter { $0 > -6 }.count
      #expect(near > 475, "\(name): \(near) of 500 near the moons")
      // Half of the draws are above the axis: 250 ± 11, and four such errors; the rest is for what the model has
      // wrong, by as much as a divergence of a tenth of a nat allows.
      let upper = (0..<500).filter { rows[$0, 1] > 0 }.count
      #expect(abs(upper - 250) < 75, "\(name): \(upper) above")
      charts.append(picture(of: model, name, draws: rows))
    }
    let svg = ChartSheet(charts).svg
    #expect(svg.components(separatedBy: "<circle").count > 750)
    #expect(svg.contains("energy, a line a nat"))
    if let folder = ProcessInfo.processInfo.environment["JOULE_PICTURES"] {
      try ChartSheet(charts).save(to: folder + "/your-own-energy.svg")
    }
  }
}
