import Joule
import JouleTestSupport
import Testing

/// What docs/normalized-models.md claims of its code.
@Suite struct NormalizedModelsGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "NormalizedModelsExample.swift")
    #expect(sections.count == 3)
    #expect(try PageCode.blocks(ofPage: "docs/normalized-models.md") == sections)
  }

  /// The bars and stripes of a 3×3 grid: 14 patterns, the empty and the full grid twice. Their entropy is
  /// 2.5993 nats, which no model's mean log-likelihood can undercut.
  @Test func barsAndStripes() throws {
    var bytes: [UInt8] = []
    for pattern in 0..<8 {
      let bits = (0..<3).map { UInt8(pattern >> $0 & 1) }
      bytes += (0..<9).map { bits[$0 / 3] }
      bytes += (0..<9).map { bits[$0 % 3] }
    }
    let data = Dataset(bytes: bytes, rowCount: 16, columnCount: 9, scale: 1)
    let model = try trainedNADE(on: data, hidden: 16, key: RandomKey(seed: 4))
    let score = judged(model, data).mean
    #expect(score < -2.5993 && score > -2.7, "\(score)")
    let patterns = Set(States.numbers(of: data.batch(0..<16, as: Float.self)))
    let found = States.numbers(of: draws(1000, from: model))
    let share = Double(found.count { patterns.contains($0) }) / 1000
    // exp(−KL) is what the model gives to the patterns, at least: 0.9 for a tenth of a nat.
    #expect(share > 0.85, "\(share)")
  }

  @Test func threeClusters() throws {
    let rows = Tensor<Double>(ExpectationMaximizationTests.points)
    let model = try fittedMixture(rows)
    let order = model.parameters["means"]
    let first = (0..<3).map { order[$0, 0] }.sorted()
    // 200 rows of standard deviations up to 2 in the coordinate that is compared.
    for (found, expected) in zip(first, [-5.0, 0, 12]) { #expect(abs(found - expected) < 0.4) }
  }
}
