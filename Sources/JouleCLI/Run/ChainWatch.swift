import Joule

/// Scores of the Markov chains of a run, as of its last epoch. After a resumed run's first epoch they are
/// those of its rest.
protocol ChainWatch {
  /// By their names in metrics.jsonl.
  var scores: [String: Double] { get }
}

extension ChainMonitor: ChainWatch {
  var scores: [String: Double] {
    guard let gap = gaps.last else { return [:] }
    let variables = draws?.diagnostics() ?? []
    var scores = ["energy_gap": gap.difference]
    scores["chain_r_hat"] = variables.compactMap(\.rHat).max()
    scores["chain_effective_sample_size"] = variables.compactMap(\.bulkEffectiveSampleSize).min()
    return scores
  }
}
