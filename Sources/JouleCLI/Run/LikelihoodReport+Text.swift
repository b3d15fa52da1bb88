import Foundation
import Joule

extension LikelihoodReport {
  /// The report as people read it: a name, a value and what it means.
  var lines: [(name: String, value: String, meaning: String)] {
    func number(_ value: Double, digits: Int = 3) -> String {
      JouleCLI.format(value, digits: digits)
    }
    let z = logPartition
    let isAnnealed = z.method == "ais"
    var lines = [
      (
        "log Z", number(z.estimate),
        isAnnealed
          ? "± \(number(z.standardError)), between \(number(z.lower)) and \(number(z.upper))"
          : partitionMeaning
      ),
      (
        "log-likelihood", number(averageLogLikelihood),
        "nats a row, ± \(number(averageLogLikelihoodStandardError))"
          + (isAnnealed ? "; at least \(number(averageLogLikelihoodLower))" : "")
      ),
    ]
    if let pseudoLogLikelihood {
      lines.append(
        (
          "pseudo-log-likelihood", number(pseudoLogLikelihood, digits: 5),
          "nats a variable, each given all the others"
        ))
    }
    if z.method != "normalized" {
      lines.append(("mean free energy", number(meanFreeEnergy), "nats a row, less log Z"))
    }
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

  private var partitionMeaning: String {
    switch logPartition.method {
    case "normalized": "the model is normalised"
    case "grid": "by a grid, ± \(JouleCLI.format(logPartition.standardError, digits: 3))"
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
