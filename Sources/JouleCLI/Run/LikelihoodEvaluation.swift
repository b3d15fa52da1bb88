import Foundation
import Joule

/// Judges a machine on data: the partition function, exactly or between two annealed estimates, and the
/// scores that follow.
struct LikelihoodEvaluation {
  typealias Machine = RestrictedBoltzmannMachine<Float>

  let machine: Machine
  let data: Dataset
  let binarization: Binarization
  let method: Method
  let key: RandomKey
  let workers: Workers
  let display: ProgressDisplay

  enum Method {
    case exact
    /// - steps: of annealing in either direction, and of Gibbs sampling from data rows to the model's
    ///   samples that the reverse direction starts from.
    case annealed(chains: Int, steps: Int)
  }

  func report() throws -> LikelihoodReport {
    let logPartition: LikelihoodReport.LogPartition
    var warnings: [String] = []
    switch method {
    case .exact:
      let exact = RestrictedBoltzmannMachine<Double>(machine)
      logPartition = .init(
        exact: ExactPartition.logPartition(of: exact, on: workers) {
          display.show($0, "summing 2^\(machine.enumeratedBitCount) states")
        })
    case .annealed(let chains, let steps):
      let bracket = try bracket(chains: chains, steps: steps)
      logPartition = .init(bracket)
      if let warning = bracket.warning { warnings.append(warning) }
    }
    let scores = RowScores(
      machine, data: data, binarization: binarization, key: key.folded("rows"), on: workers)
    let report = LikelihoodReport(
      logPartition: logPartition, energies: scores.energies(),
      pseudoLogLikelihoods: scores.pseudoLogLikelihoods(),
      reconstructionErrors: scores.reconstructionErrors(), warnings: warnings)
    display.clear()
    try require(
      report.averageLogLikelihood.isFinite,
      "the log-likelihood is not finite: the model's weights are too large to be judged")
    return report
  }

  private func bracket(chains: Int, steps: Int) throws -> PartitionBracket {
    // Temperatures are spaced by samples of their own, so that the weights do not depend on them.
    let pilots = max(1, chains / 2)
    let statistics = DataStatistics<Float>(
      of: data, binarization: binarization, exampleCount: chains + pilots,
      key: key.folded("examples"))
    let path = machine.annealingPath(fromMeans: statistics.smoothedMeans)
    let kernel = BlockGibbs(machine)
    var samples = ParallelChains(
      at: statistics.startRows(chains + pilots), key: key.folded("samples"), on: workers
    ) { _ in kernel }
    try samples.advance(by: steps, on: workers) {
      display.show($0 * 0.4, "sampling the model")
    }
    let rows = samples.position
    let pilot = AnnealedImportanceSampling(path, steps: (steps + 3) / 4)
    let profile = try pilot.profile(
      from: rows.rows(chains..<(chains + pilots)), key: key.folded("pilot"), on: workers
    ) { display.show(0.4 + $0 * 0.06, "spacing the temperatures") }
    let sampling = pilot.spaced(by: profile, steps: steps)
    let forward = try sampling.forward(chains: chains, key: key.folded("forward"), on: workers) {
      display.show(0.46 + $0 * 0.27, "annealing forward")
    }
    let reverse = try sampling.reverse(
      from: rows.rows(0..<chains), key: key.folded("reverse"), on: workers
    ) { display.show(0.73 + $0 * 0.27, "annealing back") }
    return PartitionBracket(
      baseLogPartition: path.baseLogPartition, forward: forward, reverse: reverse)
  }
}

extension LikelihoodReport {
  /// The report as people read it: a name, a value and what it means.
  var lines: [(name: String, value: String, meaning: String)] {
    var lines = [
      (
        "log Z", JouleCLI.format(logPartition.estimate, digits: 3),
        logPartition.method == "exact"
          ? "exact"
          : "± \(JouleCLI.format(logPartition.standardError, digits: 3)), between "
            + "\(JouleCLI.format(logPartition.lower, digits: 3)) and "
            + "\(JouleCLI.format(logPartition.upper, digits: 3))"
      ),
      (
        "log-likelihood", JouleCLI.format(averageLogLikelihood, digits: 3),
        "nats a row, ± \(JouleCLI.format(averageLogLikelihoodStandardError, digits: 3))"
          + (logPartition.method == "exact"
            ? "" : "; at least \(JouleCLI.format(averageLogLikelihoodLower, digits: 3))")
      ),
      (
        "pseudo-log-likelihood", JouleCLI.format(pseudoLogLikelihood, digits: 5),
        "nats a variable, each given all the others"
      ),
      ("mean free energy", JouleCLI.format(meanFreeEnergy, digits: 3), "nats a row, less log Z"),
    ]
    for (name, direction) in [
      ("  forward", logPartition.forward), ("  reverse", logPartition.reverse),
    ] {
      if let direction {
        lines.insert(
          (
            name, JouleCLI.format(direction.estimate, digits: 3),
            "± \(JouleCLI.format(direction.standardError, digits: 3)), effective sample size "
              + "\(JouleCLI.format(direction.effectiveSampleSize, digits: 1)) of \(direction.chains)"
          ), at: name == "  forward" ? 1 : 2)
      }
    }
    if let reconstructionError {
      lines.append(
        (
          "reconstruction error", JouleCLI.format(reconstructionError, digits: 5),
          "a variable; how well the hidden units copy, not how good the model is"
        ))
    }
    return lines
  }

  /// The lines in columns, the warnings below.
  var text: String {
    let rows = lines.map { line in
      line.name.padding(toLength: 24, withPad: " ", startingAt: 0)
        + String(repeating: " ", count: max(0, 12 - line.value.count)) + line.value + "   "
        + line.meaning
    }
    return
      (["rows                    \(JouleCLI.format(self.rows))"] + rows
      + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }
}
