import JouleCore
import JouleRandom
import JouleTensor
import RealModule

extension KernelOracle {
  /// Whether the densities that a proposal states are those with which it draws.
  ///
  /// What enters the acceptance is their ratio there and back, so that is what is compared, for every pair
  /// of states: log q(x′|x) − log q(x|x′) as stated, against how often each way was drawn. A constant that
  /// the proposal leaves out of both cancels.
  func audit<Q: Proposal>(_ proposal: Q) -> KernelReport.Finding where Q.Scalar == Scalar {
    let rows = space.rows
    let repeats = max(200, draws / space.count)
    var pairs: [Pair: Statement] = [:]
    var proposed = Proposed<Scalar>(shape: rows.shape)
    let key = self.key.folded("proposals")
    if let defect = proposal.defect {
      return .init(name: "proposal", passes: false, words: defect)
    }
    for step in 0..<repeats {
      proposal.propose(
        from: rows, using: ChainRandom(key: key, step: step), into: &proposed)
      for (now, next) in space.indices(of: proposed.rows).enumerated() {
        // What has no probability is rejected, whatever is stated of it.
        guard let next, next != now else { continue }
        let stated = proposed.logForward[now] - proposed.logReverse[now]
        let pair = Pair(from: now, to: next)
        if let known = pairs[pair], abs(known.ratio - stated) > 1e-6 * max(1, abs(stated)) {
          return mismatch(
            pair,
            "the log ratio of its densities is stated as \(short(stated)), and another time "
              + "as \(short(known.ratio))")
        }
        pairs[pair, default: Statement(ratio: stated)].count += 1
      }
    }
    return judge(pairs, repeats: repeats)
  }

  /// From a state to another.
  private struct Pair: Hashable {
    let from: Int
    let to: Int
    var back: Pair { Pair(from: to, to: from) }
  }

  private struct Statement {
    /// log q(x′|x) − log q(x|x′) as the proposal states it.
    let ratio: Double
    var count = 0
  }

  private func judge(_ pairs: [Pair: Statement], repeats: Int) -> KernelReport.Finding {
    var comparisons: [Comparison] = []
    // In an order of their own, not that of a hash table, so that reports repeat.
    let ordered = pairs.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
    for (pair, there) in ordered {
      let back = pairs[pair.back]
      if let back, abs(back.ratio + there.ratio) > 1e-6 * max(1, abs(there.ratio)) {
        return mismatch(
          pair,
          "the log ratio of the densities there and back is stated as "
            + "\(short(there.ratio)), and from the other side as \(short(-back.ratio))")
      }
      // Given that a pair was drawn so often both ways together, each draw went there with the
      // probability q(x′|x) / (q(x′|x) + q(x|x′)).
      let seen = (there.count, back?.count ?? 0)
      let total = Double(seen.0 + seen.1)
      let share = 1 / (1 + Double.exp(-there.ratio))
      let expected = (total * share, total * (1 - share))
      // Each pair once, and not where both counts are small and should be: those are not normal.
      guard max(Double(seen.0), expected.1) >= 30, back == nil || pair.from < pair.to else {
        continue
      }
      let noise = max(total * share * (1 - share), 1).squareRoot()
      comparisons.append(
        Comparison(
          pair: pair, score: abs(Double(seen.0) - expected.0) / noise, seen: seen,
          expected: expected))
    }
    let bound = Significance.bound(count: comparisons.count)
    let worst = comparisons.max {
      ($0.score, $1.pair.from, $1.pair.to) < ($1.score, $0.pair.from, $0.pair.to)
    }
    guard let worst, worst.score >= bound else {
      return .init(
        name: "proposal", passes: true,
        words: "densities as drawn, for \(comparisons.count) pairs of states; largest z-score "
          + "\(short(worst?.score ?? 0)), bound \(short(bound))")
    }
    return mismatch(
      worst.pair,
      "drawn \(worst.seen.0) times there and \(worst.seen.1) times back in \(repeats) each, while the "
        + "densities stated say \(short(worst.expected.0)) and \(short(worst.expected.1))")
  }

  private struct Comparison {
    let pair: Pair
    let score: Double
    /// Draws there and back, and what the stated densities make of their sum.
    let seen: (Int, Int)
    let expected: (Double, Double)
  }

  private func mismatch(_ pair: Pair, _ words: String) -> KernelReport.Finding {
    .init(
      name: "proposal", passes: false,
      words: "from \(text(pair.from)) to \(text(pair.to)): \(words)")
  }
}
