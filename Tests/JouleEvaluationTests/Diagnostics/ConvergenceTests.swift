import Joule
import Testing

/// What R-hat sees, what leaves it unchanged, and what is not defined.
@Suite struct ConvergenceTests {
  private func trace(_ change: (_ chain: Int, _ draw: Int, _ x: Double) -> Double) -> Trace {
    let (chains, draws) = (4, 1000)
    let values = independent(chains: chains, draws: draws, seed: 5)
    return Trace(
      values.enumerated().map { change($0.offset / draws, $0.offset % draws, $0.element) },
      chainCount: chains)
  }

  @Test func chainsThatAgreePass() {
    let rHat = trace { _, _, x in x }.rHat ?? 9
    #expect(rHat < 1.005)
  }

  /// Each fault raises R-hat above its threshold; the one of scale, and heavy tails, only by folding and
  /// by ranks.
  @Test func faultsAreSeen() {
    #expect(trace { chain, _, x in x + (chain == 2 ? 0.5 : 0) }.rHat ?? 0 > 1.01)
    #expect(trace { _, draw, x in x + Double(draw) / 1000 }.rHat ?? 0 > 1.01)
    let scaled = trace { chain, _, x in chain == 1 ? 2 * x : x }
    #expect(scaled.rHat ?? 0 > 1.01)
    #expect(scaled.splitRHat ?? 9 < 1.01)
    let heavy = trace { chain, _, x in 1 / (x * x * x) + (chain == 0 ? 3 : 0) }
    #expect(heavy.rHat ?? 0 > 1.01)
    #expect(heavy.splitRHat ?? 9 < 1.01)
  }

  @Test func ranksCareForOrderAlone() {
    let plain = trace { _, _, x in x }
    let bent = trace { _, _, x in x * x * x * 1e30 + x }
    #expect(plain.bulkEffectiveSampleSize == bent.bulkEffectiveSampleSize)
    #expect(plain.tailEffectiveSampleSize == bent.tailEffectiveSampleSize)
  }

  /// Units do not matter, however small or large: powers of two change no bit.
  @Test(arguments: [0x1p-300, 0x1p-60, 0x1p60, 0x1p200]) func unitsDoNotMatter(unit: Double) {
    let plain = trace { chain, _, x in x + Double(chain) / 8 }.diagnostics()
    let scaled = trace { chain, _, x in unit * (x + Double(chain) / 8) }.diagnostics()
    #expect(plain.rHat == scaled.rHat)
    #expect(plain.bulkEffectiveSampleSize == scaled.bulkEffectiveSampleSize)
    #expect(plain.meanError.map { unit * $0 } == scaled.meanError)
    #expect(plain.standardDeviation * unit == scaled.standardDeviation)
  }

  @Test func theOrderOfChainsDoesNotMatter() {
    let plain = trace { chain, _, x in x + Double(chain) / 8 }
    let turned = Trace((0..<4).reversed().flatMap { plain.chain($0) }, chainCount: 4)
    #expect(abs((plain.rHat ?? 0) - (turned.rHat ?? 9)) < 1e-12)
    #expect(
      abs((plain.bulkEffectiveSampleSize ?? 0) - (turned.bulkEffectiveSampleSize ?? 9)) < 1e-8)
  }

  private static let defects: [(String, @Sendable (Int, Int, Double) -> Double, TraceDefect)] = [
    ("NaN", { $0 == 1 && $1 == 7 ? .nan : $2 }, .notFinite(chain: 1, draw: 7, value: .nan)),
    (
      "infinity", { $0 == 3 && $1 == 0 ? -.infinity : $2 },
      .notFinite(chain: 3, draw: 0, value: -.infinity)
    ),
    ("constant", { _, _, _ in -2.5 }, .constant(value: -2.5)),
    ("zero", { _, draw, _ in draw % 2 == 0 ? 0 : -0.0 }, .constant(value: 0)),
    ("rounding", { _, draw, _ in draw % 2 == 0 ? 1 : 1.nextDown }, .constant(value: 1)),
    ("one stuck", { $0 == 2 ? 0.25 : $2 }, .stuck(chain: 2, value: 0.25)),
    ("all stuck apart", { chain, _, _ in Double(chain) }, .stuck(chain: 0, value: 0)),
  ]

  @Test func defectsLeaveDiagnosticsUndefined() {
    for (name, change, expected) in Self.defects {
      let trace = trace(change)
      let line = trace.diagnostics()
      #expect(line.defect == expected, "\(name): \(String(describing: line.defect))")
      #expect(
        line.rHat == nil && line.meanError == nil && line.standardDeviationError == nil, "\(name)")
      #expect(line.bulkEffectiveSampleSize == nil && line.tailEffectiveSampleSize == nil, "\(name)")
      #expect(trace.standardError(of: .median) == nil && trace.splitRHat == nil, "\(name)")
      #expect(trace.autocorrelationTime == nil, "\(name)")
    }
    let constant = trace { _, _, _ in -2.5 }.diagnostics()
    #expect(constant.mean == -2.5 && constant.standardDeviation == 0 && constant.median == -2.5)
    let missing = trace { $0 == 1 && $1 == 7 ? .nan : $2 }
    #expect(missing.mean.isNaN && missing.quantile(0.5).isNaN && missing.rankCounts() == nil)
    let infinite = trace { $0 == 3 && $1 == 0 ? .infinity : $2 }
    #expect(infinite.mean == .infinity && infinite.quantile(0.5).isFinite)
    #expect(infinite.quantile(1) == .infinity)
  }

  /// From one draw on, nothing traps, and what is not defined says so.
  @Test func shortChainsAreUndefined() {
    for draws in 1...12 {
      let trace = Trace(independent(chains: 3, draws: draws, seed: 8), chainCount: 3)
      let line = trace.diagnostics()
      #expect((line.rHat != nil) == (draws >= 4))
      #expect((line.bulkEffectiveSampleSize != nil) == (draws >= 6))
      if draws < 4 { #expect(line.defect == .short(drawCount: draws)) }
      #expect(line.mean.isFinite && line.median.isFinite)
    }
    #expect(Trace([3], chainCount: 1).quantile(0.3) == 3)
  }

  /// Variables of few values: a tail quantile that is the largest value holds of every draw.
  @Test func fewValuesHaveNoTail() {
    let binary = trace { _, _, x in x > 0.1 ? 1 : 0 }
    #expect(binary.bulkEffectiveSampleSize ?? 0 > 1000)
    #expect(binary.tailEffectiveSampleSize == nil)
    #expect(binary.rHat ?? 9 < 1.01)
  }

  @Test func rankCountsAreAllDraws() {
    let plain = trace { _, _, x in x }
    let counts = plain.rankCounts(binCount: 20) ?? []
    #expect(counts.map { $0.reduce(0, +) } == [1000, 1000, 1000, 1000])
    for bin in 0..<20 { #expect(counts.reduce(0) { $0 + $1[bin] } == 200) }
    let apart = trace { chain, _, x in x + 100 * Double(chain) }.rankCounts(binCount: 4)
    #expect(apart == (0..<4).map { chain in (0..<4).map { $0 == chain ? 1000 : 0 } })
    let equal = trace { _, _, _ in 1 }.rankCounts(binCount: 4) ?? []
    #expect(equal.allSatisfy { $0 == [0, 0, 1000, 0] })
  }

  /// Σ (E − E′)² / Σ (E − Ē)²: 2 of independent energies, 2 (1 − φ) of dependent ones, by hand for three.
  @Test func energyFractions() {
    #expect(Trace([0, 1, 3], chainCount: 1).energyFractions[0] == 5.0 / (14.0 / 3))
    let fractions = Trace(
      autoregressive(0.9, chains: 4, draws: 20_000, key: RandomKey(seed: 3)), chainCount: 4
    ).energyFractions
    for fraction in fractions { #expect(abs((fraction ?? 9) - 0.2) < 0.02) }
    #expect(Trace([1, 1, 1, 1], chainCount: 2).energyFractions == [nil, nil])
  }
}
