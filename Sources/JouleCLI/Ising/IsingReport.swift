import Foundation
import Joule

/// What `joule ising` says.
struct IsingReport: Encodable {
  var size: Int
  var method: String
  /// Of single sites.
  var layout: String?
  var chains: Int
  var burnIn: Int
  var sweeps: Int
  var seed: UInt64
  var clustersPerSweep: Double?
  var setupSeconds: Double
  /// Burn-in included.
  var samplingSeconds: Double
  /// In it nothing is measured: what sweeps alone cost.
  var burnInSeconds: Double
  /// Sites times sweeps of all chains, burn-in included, a nanosecond of sampling.
  var updatesPerNanosecond: Double
  var memoryBytes: Double
  var warnings: [String]
  var temperatures: [IsingPoint]

  enum CodingKeys: String, CodingKey {
    case size, method, layout, chains, sweeps, seed, warnings, temperatures
    case burnIn = "burn_in"
    case clustersPerSweep = "clusters_per_sweep"
    case setupSeconds = "setup_seconds"
    case burnInSeconds = "burn_in_seconds"
    case samplingSeconds = "sampling_seconds"
    case updatesPerNanosecond = "updates_per_nanosecond"
    case memoryBytes = "memory_bytes"
  }

  init(_ result: IsingJob.Result, of job: IsingJob, seed: UInt64) {
    size = job.side
    method = job.method.rawValue
    layout =
      TorusSampler.layout(side: job.side, method: job.method, wanted: job.layout)?.rawValue
    chains = job.chainCount
    burnIn = job.burnIn
    sweeps = job.sweeps
    self.seed = seed
    clustersPerSweep = result.clustersPerSweep
    setupSeconds = result.setupSeconds
    samplingSeconds = result.seconds
    burnInSeconds = result.burnInSeconds
    let sites = Double(job.side * job.side)
    let updates =
      sites * Double((job.sweeps + job.burnIn) * job.chainCount * job.temperatures.count)
    updatesPerNanosecond = updates / result.seconds / 1e9
    memoryBytes = job.memory
    temperatures = result.points
    warnings = Self.warnings(result.points, job)
  }

  private static func warnings(_ points: [IsingPoint], _ job: IsingJob) -> [String] {
    func list(_ points: [IsingPoint]) -> String {
      let shown = points.prefix(6).map { JouleCLI.format(shortest: $0.temperature) }
      return shown.joined(separator: ", ")
        + (points.count > 6 ? " and \(points.count - 6) more" : "")
    }
    let local = job.method == .gibbs || job.method == .metropolis
    let cure =
      local
      ? "Clusters move faster near the critical temperature: --method swendsen-wang."
      : "Take more --sweeps and --burn-in."
    var warnings: [String] = []
    let apart = points.filter { ($0.rHat ?? 0) >= ConvergenceVerdict.rHatLimit }
    if !apart.isEmpty {
      let worst = apart.compactMap(\.rHat).max() ?? 0
      warnings.append(
        "Equilibration is doubtful at T = \(list(apart)): the chains do not agree (R-hat up to "
          + "\(JouleCLI.format(worst, digits: 3))). \(cure)")
    }
    let least = ConvergenceVerdict.leastEffectiveSampleSize
    let few = points.filter {
      ($0.effectiveSampleSize ?? least) < least && ($0.rHat ?? 0) < ConvergenceVerdict.rHatLimit
    }
    if let fewest = few.compactMap(\.effectiveSampleSize).min() {
      warnings.append(
        "Few independent states at T = \(list(few)): effective sample size down to \(Int(fewest)), "
          + "\(Int(least)) are wanted for errors to be trusted. \(cure)")
    }
    let frozen = points.filter { $0[.energy].error == nil }
    if !frozen.isEmpty {
      warnings.append(
        "There is no error to give at T = \(list(frozen)): "
          + (job.sweeps < 6
            ? "\(job.sweeps) sweeps of a chain are too few."
            : "some chain never changed its energy."))
    }
    return warnings
  }

  var text: String {
    let how = method + (layout.map { " in \($0)" } ?? "")
    let clusters = clustersPerSweep.map {
      ", \(JouleCLI.format($0, digits: 1)) clusters a sweep"
    }
    let bytes = JouleCLI.format(memoryBytes / 1e6, digits: memoryBytes < 1e7 ? 1 : 0)
    var lines = [
      "\(size)×\(size) torus, J = 1, no field, by \(how)\(clusters ?? "")",
      "\(chains == 1 ? "1 chain" : "\(chains) chains") of \(JouleCLI.format(sweeps)) sweeps after \(JouleCLI.format(burnIn)) of "
        + "burn-in; some \(bytes) MB; \(JouleCLI.format(seconds: samplingSeconds)), "
        + "\(JouleCLI.format(updatesPerNanosecond, digits: 3)) updates a nanosecond",
      "",
    ]
    let hasStates = temperatures.first?[.magnetisation].exact != nil
    func exact(_ estimate: IsingPoint.Estimate) -> String {
      estimate.exact.map { JouleCLI.format($0, digits: 6) } ?? "-"
    }
    let heads =
      ["T", "energy", "exact", "spec. heat", "exact", "|m|", hasStates ? "exact" : "L = ∞"]
      + ["suscept."] + (hasStates ? ["exact"] : []) + ["Binder"] + (hasStates ? ["exact"] : [])
      + ["ESS", "R-hat"]
    let rows = temperatures.map { point -> [String] in
      var cells = [JouleCLI.format(shortest: point.temperature)]
      cells += [Self.text(point[.energy]), exact(point[.energy])]
      cells += [Self.text(point[.specificHeat]), exact(point[.specificHeat])]
      cells += [
        Self.text(point[.magnetisation]),
        hasStates
          ? exact(point[.magnetisation])
          : point[.magnetisation].infinite.map { JouleCLI.format($0, digits: 6) } ?? "-",
      ]
      for observable in [IsingObservable.susceptibility, .binderCumulant] {
        cells.append(Self.text(point[observable]))
        if hasStates { cells.append(exact(point[observable])) }
      }
      cells.append(point.effectiveSampleSize.map { JouleCLI.format(Int($0)) } ?? "-")
      cells.append(point.rHat.map { JouleCLI.format($0, digits: 3) } ?? "-")
      return cells
    }
    lines += TextTable.lines(heads: heads, rows: rows)
    lines += [
      "",
      "energy and specific heat a site beside Kaufman's formula for this torus"
        + (hasStates
          ? "; the others beside the sum over all states"
          : "; |m| beside Yang's for the infinite lattice"),
      "1.234(56) is 1.234 with a standard error of 0.056. ESS: the fewer independent states of e and |m|",
    ]
    lines += warnings.isEmpty ? [] : [""] + warnings.map { "Warning: \($0)" }
    return lines.joined(separator: "\n")
  }

  /// A value with two digits of its error in parentheses, such as −1.74568(12).
  static func text(_ estimate: IsingPoint.Estimate) -> String {
    guard let error = estimate.error, error > 0, error.isFinite, estimate.value.isFinite else {
      return JouleCLI.format(estimate.value, digits: 6)
    }
    var digits = 1 - Int(log10(error).rounded(.down))
    // Two digits that round up to a hundred are three.
    if (error * pow(10, Double(digits))).rounded() >= 100 { digits -= 1 }
    guard digits >= 0 else { return "\(JouleCLI.format(estimate.value, digits: 0))(\(Int(error)))" }
    let shown = Int((error * pow(10, Double(digits))).rounded())
    if digits == 1 {
      return "\(JouleCLI.format(estimate.value, digits: 1))(\(JouleCLI.format(error, digits: 1)))"
    }
    return "\(JouleCLI.format(estimate.value, digits: digits))(\(shown))"
  }
}
