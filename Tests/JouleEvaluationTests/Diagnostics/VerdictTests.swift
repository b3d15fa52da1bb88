import Joule
import Testing

/// Verdicts in words, and the order of the table.
@Suite struct VerdictTests {
  private func line(
    _ name: String, _ change: (_ chain: Int, _ draw: Int, _ x: Double) -> Double,
    draws: Int = 1000
  ) -> VariableDiagnostics {
    let values = independent(chains: 4, draws: draws, seed: UInt64(name.utf8.count))
    return Trace(
      values.enumerated().map { change($0.offset / draws, $0.offset % draws, $0.element) },
      chainCount: 4
    ).diagnostics(named: name)
  }

  private func text(_ lines: VariableDiagnostics..., chains: Int = 4) -> (Bool, String) {
    let verdict = ConvergenceVerdict(lines, chainCount: chains)
    return (verdict.isConverged, verdict.sentences.joined(separator: "\n"))
  }

  @Test func verdictsSayWhatIsWrongAndWhere() {
    let good = line("good") { $2 }
    let apart = line("apart") { $2 + Double($0) }
    let few = line("few", { $2 }, draws: 60)
    let constant = line("constant") { _, _, _ in 1 }
    let stuck = line("stuck") { $0 == 1 ? 7 : $2 }
    let missing = line("missing") { $1 == 3 ? .nan : $2 }

    #expect(text(good).0 && text(good, constant).0)
    #expect(text(good).1.hasPrefix("Converged"))
    for (lines, words) in [
      ([good, apart], ["1 of 2", "apart", "R-hat"]), ([good, few], ["few", "400"]),
      ([good, stuck], ["stuck", "chain 2", "7.0"]),
      ([good, missing], ["missing", "nan", "draw 4 of chain 1"]),
      ([constant], ["nothing to judge"]),
    ] {
      let verdict = ConvergenceVerdict(lines, chainCount: 4)
      let text = verdict.sentences.joined(separator: "\n")
      #expect(!verdict.isConverged && text.hasPrefix("Not converged"))
      for word in words { #expect(text.contains(word), "'\(word)' in: \(text)") }
    }
    #expect(text(good, chains: 1).1.contains("one chain"))
  }

  @Test func theWorstComesFirst() {
    let lines = [
      line("constant") { _, _, _ in 1 }, line("good") { $2 }, line("apart") { $2 + Double($0) },
      line("worse") { $2 + 5 * Double($0) }, line("stuck") { $0 == 1 ? 7 : $2 },
      line("missing") { $1 == 3 ? .nan : $2 },
    ]
    #expect(
      lines.worstFirst().map(\.name)
        == ["missing", "stuck", "worse", "apart", "good", "constant"])
  }

  @Test func samplersAreCountedByChain() {
    let energies = autoregressive(0.95, chains: 2, draws: 500, key: RandomKey(seed: 1))
    let sampler = SamplerDiagnostics(
      divergent: Trace([0, 1, 0, 0, 0, 0, 1, 1], chainCount: 2),
      treeDepth: Trace([10, 3, 11, 9, 2, 2, 2, 2], chainCount: 2), treeDepthLimit: 10,
      acceptance: Trace([1, 0.5, 0, 0.5, 1, 1, 1, 1], chainCount: 2))
    #expect(sampler.chains.map(\.divergenceCount) == [1, 2] && sampler.divergenceCount == 3)
    #expect(sampler.chains.map(\.saturationCount) == [2, 0])
    #expect(sampler.chains.map(\.meanAcceptance) == [0.5, 1])
    #expect(sampler.warnings.count == 2)
    let slow = SamplerDiagnostics(energy: Trace(energies, chainCount: 2))
    #expect(slow.warnings.count == 1 && slow.warnings[0].contains("E-BFMI"))
    #expect(slow.divergenceCount == nil)
  }
}
