import Joule
import Testing

/// Every figure beside that of another program.
@Suite struct PosteriorTests {
  @Test func figuresAreThoseOfPosterior() {
    for (item, values) in zip(PosteriorFigures.cases, PosteriorFigures.draws()) {
      let trace = Trace(values, chainCount: item.chainCount)
      let line = trace.diagnostics()
      let figures: [Double?] = [
        line.mean, line.meanError, line.standardDeviation, line.standardDeviationError,
        line.lowerQuantile, line.median, line.upperQuantile, line.bulkEffectiveSampleSize,
        line.tailEffectiveSampleSize, line.rHat, trace.splitRHat,
        trace.effectiveSampleSize(for: .mean), trace.effectiveSampleSize(for: .standardDeviation),
        trace.effectiveSampleSize(for: .median), trace.effectiveSampleSize(for: .quantile(0.1)),
        trace.standardError(of: .median), trace.standardError(of: .quantile(0.1)),
      ]
      for (index, (figure, expected)) in zip(figures, item.figures).enumerated() {
        let name = "figure \(index) of \(item.kind) \(item.chainCount)×\(item.drawCount)"
        guard let figure else {
          #expect(expected.isNaN, "\(name) is nil, expected \(expected)")
          continue
        }
        // Fifteen digits were printed; sums that cancel lose some of them on either side.
        #expect(abs(figure - expected) <= 1e-10 * abs(expected), "\(name): \(figure), \(expected)")
      }
    }
  }

  /// What has a property of its own is what the table has, but for the rounding of transforms that
  /// quantities share.
  @Test func figuresAloneAreThoseOfTheTable() {
    for (item, values) in zip(PosteriorFigures.cases, PosteriorFigures.draws()) {
      let trace = Trace(values, chainCount: item.chainCount)
      let line = trace.diagnostics()
      #expect(line.mean == trace.mean && line.standardDeviation == trace.standardDeviation)
      #expect(line.lowerQuantile == trace.quantile(0.05) && line.median == trace.quantile(0.5))
      #expect(line.rHat == trace.rHat && line.defect == trace.defect)
      for (ours, theirs) in [
        (line.meanError, trace.standardError(of: .mean)),
        (line.standardDeviationError, trace.standardError(of: .standardDeviation)),
        (line.bulkEffectiveSampleSize, trace.bulkEffectiveSampleSize),
        (line.tailEffectiveSampleSize, trace.tailEffectiveSampleSize),
      ] {
        guard let ours, let theirs else {
          #expect(ours == nil && theirs == nil)
          continue
        }
        #expect(abs(ours / theirs - 1) < 1e-12)
      }
    }
  }

  @Test func workersChangeNoBit() {
    let values = Tensor<Float>(normal: [3, 210, 37], using: RandomKey(seed: 11))
    let draws = Draws(values)
    let one = draws.diagnostics()
    for count in [2, 3, 5] { #expect(draws.diagnostics(on: Workers(count: count)) == one) }
    for variable in [0, 17, 36] {
      let alone = Trace(draws, variable: variable).diagnostics(named: "x[\(variable + 1)]")
      #expect(alone == one[variable])
    }
  }
}
