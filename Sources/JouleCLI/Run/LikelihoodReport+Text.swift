import Foundation
import Joule

extension LikelihoodReport {
  /// The report as people read it: a name, a value and what it means.
  var lines: [(name: String, value: String, meaning: String)] {
    func number(_ value: Double, digits: Int = 3) -> String {
      JouleCLI.format(value, digits: digits)
    }
    var lines: [(name: String, value: String, meaning: String)] = []
    if let z = logPartition {
      let isAnnealed = z.method == "ais"
      lines.append(
        (
          "log Z", number(z.estimate),
          isAnnealed
            ? "± \(number(z.standardError)), between \(number(z.lower)) and \(number(z.upper))"
            : Self.meaning(of: z)
        ))
      for (name, direction) in [("  forward", z.forward), ("  reverse", z.reverse)] {
        guard let direction else { continue }
        lines.append(
          (
            name, number(direction.estimate),
            "± \(number(direction.standardError)), effective sample size "
              + "\(number(direction.effectiveSampleSize, digits: 1)) of \(direction.chains)"
          ))
      }
    }
    lines += likelihoodLines
    if let pseudoLogLikelihood {
      lines.append(
        (
          "pseudo-log-likelihood", number(pseudoLogLikelihood, digits: 5),
          "nats a variable, each given all the others"
        ))
    }
    if logPartition?.method != "normalized" {
      lines.append(
        (
          "mean free energy", number(meanFreeEnergy),
          logPartition == nil
            ? rowEstimates == nil ? "there is no log Z to it" : "nats a row; no log Z was needed"
            : "nats a row, less log Z"
        ))
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

  /// The log-likelihood, and how rows came to it where they were estimated.
  private var likelihoodLines: [(name: String, value: String, meaning: String)] {
    func number(_ value: Double) -> String { JouleCLI.format(value, digits: 3) }
    guard let average = averageLogLikelihood, let error = averageLogLikelihoodStandardError else {
      return []
    }
    var meaning = "nats a row, ± \(number(error))"
    if let least = averageLogLikelihoodLower, rowEstimates != nil || logPartition?.method == "ais" {
      meaning += "; at least \(number(least))"
    }
    guard let rowEstimates else { return [(likelihoodName, number(average), meaning)] }
    if let most = averageLogLikelihoodUpper { meaning += ", at most \(number(most))" }
    return [
      (likelihoodName, number(average), meaning),
      (
        "  rows by \(rowEstimates.method)", "± " + number(rowEstimates.standardError),
        "of that by chains; effective sample size "
          + "\(JouleCLI.format(rowEstimates.effectiveSampleSize, digits: 1)) of "
          + "\(rowEstimates.chains) a row"
      ),
    ]
  }

  /// What the line of the log-likelihood is called.
  var likelihoodName: String { isLowerBound == true ? "log-likelihood bound" : "log-likelihood" }

  private static func meaning(of partition: LogPartition) -> String {
    switch partition.method {
    case "normalized": "the model is normalised"
    case "experts":
      "as far as log Z of the experts is known, ± \(JouleCLI.format(partition.standardError, digits: 3))"
    case "grid": "by a grid, ± \(JouleCLI.format(partition.standardError, digits: 3))"
    default: "exact"
    }
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
