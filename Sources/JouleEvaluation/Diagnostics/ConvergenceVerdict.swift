internal import RealModule

/// What diagnostics come to, in words.
///
/// Chains are taken to agree where every R-hat is below 1.01, and to be long enough where every bulk and
/// tail effective sample size is at least 400.
///
/// Reference: A. Vehtari et al., Bayesian Analysis 16 (2021), arXiv:1903.08008, §2.
public struct ConvergenceVerdict: Sendable, Equatable {
  /// R-hat is to be below.
  public static let rHatLimit = 1.01
  /// Effective sample sizes are to be at least.
  public static let leastEffectiveSampleSize = 400.0

  /// Whether nothing speaks against the draws. Variables that are constant in all chains are left out.
  public let isConverged: Bool
  /// Sentences, the answer first.
  public let sentences: [String]

  /// - Parameters:
  ///   - lines: of all variables that are to be judged.
  ///   - chainCount: chains behind them.
  public init(_ lines: [VariableDiagnostics], chainCount: Int) {
    let judged = lines.filter { $0.defect == nil }
    let rHats = judged.compactMap { line in line.rHat.map { (name: line.name, value: $0) } }
    let sizes = judged.flatMap { line in
      [
        line.bulkEffectiveSampleSize.map { (name: line.name, part: "bulk", value: $0) },
        line.tailEffectiveSampleSize.map { (name: line.name, part: "tail", value: $0) },
      ].compactMap { $0 }
    }
    let largest = rHats.max { $0.value < $1.value }
    let smallest = sizes.min { $0.value < $1.value }
    let apart = rHats.count { $0.value >= Self.rHatLimit }
    let few = Set(sizes.filter { $0.value < Self.leastEffectiveSampleSize }.map(\.name)).count
    let broken = lines.compactMap(Self.complaint)

    var sentences: [String] = []
    if apart > 0, let largest {
      sentences.append(
        "R-hat is \(Self.rHatLimit) or more for \(apart) of \(rHats.count) variables, "
          + "\(Self.text(largest.value, decimals: 3)) for \(largest.name): the chains do not agree "
          + "yet. Run them longer, or look at the traces; these draws are not the distribution.")
    }
    if few > 0, let smallest {
      let factor = Self.leastEffectiveSampleSize / smallest.value
      sentences.append(
        "Effective sample sizes are below \(Int(Self.leastEffectiveSampleSize)) for \(few) of "
          + "\(judged.count) variables, \(Int(smallest.value)) for the \(smallest.part) of "
          + "\(smallest.name): draw about \(Self.text(factor, decimals: factor < 10 ? 1 : 0)) times "
          + "as many.")
    }
    isConverged = sentences.isEmpty && broken.isEmpty && !sizes.isEmpty && !rHats.isEmpty
    if isConverged, let largest, let smallest {
      sentences.append(
        "every R-hat is below \(Self.rHatLimit) (largest \(Self.text(largest.value, decimals: 3)), "
          + "\(largest.name)) and every effective sample size at least "
          + "\(Int(Self.leastEffectiveSampleSize)) (smallest \(Int(smallest.value)), the "
          + "\(smallest.part) of \(smallest.name)).")
    } else if judged.isEmpty, broken.isEmpty {
      sentences.append("no variable has draws that vary: there is nothing to judge.")
    } else if sizes.isEmpty, broken.isEmpty {
      sentences.append(
        "no effective sample size is defined: the chains are too short, or have too few values.")
    }
    sentences += Self.shown(broken)
    if chainCount == 1 {
      sentences.append(
        "There is one chain: R-hat compares its two halves, and cannot know of places that it never "
          + "found. Run four, from different starting points.")
    }
    let first = isConverged ? "Converged, as far as can be told: " : "Not converged: "
    self.sentences = [first + sentences[0]] + sentences.dropFirst()
  }

  /// What is wrong with the draws themselves; nil of a sound variable, or of one that is constant.
  private static func complaint(_ line: VariableDiagnostics) -> String? {
    switch line.defect {
    case nil, .constant: nil
    case .notFinite(let chain, let draw, let value):
      "\(line.name) is \(short(value)) at draw \(draw + 1) of chain \(chain + 1): its diagnostics are not "
        + "defined."
    case .stuck(let chain, let value):
      "\(line.name) never leaves \(value) in chain \(chain + 1), and does elsewhere: its diagnostics "
        + "are not defined."
    case .short(let count):
      "\(line.name) has chains of \(count) draws: at least "
        + "\(DiagnosticPlan.leastDrawCount) are needed."
    }
  }

  private static func shown(_ complaints: [String]) -> [String] {
    let limit = 5
    guard complaints.count > limit else { return complaints }
    return complaints.prefix(limit) + ["So it is with \(complaints.count - limit) more variables."]
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "infinite" }
    let scale = Double.pow(10, decimals)
    let rounded = (value * scale).rounded() / scale
    return decimals == 0 && abs(rounded) < 1e15 ? String(Int(rounded)) : "\(rounded)"
  }
}

extension Array where Element == VariableDiagnostics {
  /// The variables that give most cause for concern first; those that are constant in all chains last.
  ///
  /// Values that are not finite and chains that are stuck come before everything else, then what is
  /// furthest beyond its threshold: (R̂ − 1) / 0.01 and 400 / ESS, whichever is larger.
  public func worstFirst() -> [VariableDiagnostics] {
    let ranked = enumerated().map { (concern: $1.concern, place: $0, line: $1) }
    return ranked.sorted { ($1.concern, $0.place) < ($0.concern, $1.place) }.map(\.line)
  }
}

extension VariableDiagnostics {
  fileprivate var concern: Double {
    switch defect {
    case .notFinite: return .infinity
    case .stuck, .short: return .greatestFiniteMagnitude
    case .constant: return -1
    case nil:
      let excess = rHat.map { ($0 - 1) / (ConvergenceVerdict.rHatLimit - 1) } ?? 0
      let sizes = [bulkEffectiveSampleSize, tailEffectiveSampleSize].compactMap { $0 }
      let lack = sizes.min().map { ConvergenceVerdict.leastEffectiveSampleSize / $0 } ?? 0
      return Swift.min(Swift.max(excess, lack), 1e300)
    }
  }
}
