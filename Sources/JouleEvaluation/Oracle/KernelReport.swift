public import JouleSampling

/// What the oracle says of a kernel.
public struct KernelReport: Sendable {
  /// How the transition probabilities were found.
  public enum Method: Sendable, Hashable {
    /// By the kernel's own list of them.
    case listed
    /// By so many draws from every state.
    case counted(repeats: Int)
  }

  /// One of the things that a kernel is held to.
  public struct Finding: Sendable {
    /// What was looked at: "pi P = pi".
    public let name: String
    /// Whether it is as it should be.
    public let passes: Bool
    /// What was found, and the bound: one sentence.
    public let words: String
  }

  public let method: Method
  /// The chain on the states of positive probability, T[i, j] = P(next = i | now = j); where it was
  /// counted, with the noise of counting.
  public let chain: MarkovChain
  /// ½ Σ |πP − π|.
  public let stationarityResidual: Double
  /// What noise makes of that residual in a kernel that is right, about; 0 where nothing was counted.
  public let resolution: Double
  /// max |πᵢ Pᵢⱼ − πⱼ Pⱼᵢ|.
  public let detailedBalanceResidual: Double
  /// Whether every state can be reached from every other; where transitions were counted, by those that
  /// were seen.
  public var isIrreducible: Bool { chain.isIrreducible }
  /// 1 − the second largest modulus of an eigenvalue.
  public let spectralGap: Double
  /// The steps after which the worst start is within ¼ of π; nil where it never is.
  public let mixingTime: Int?
  /// All that the kernel was held to.
  public let findings: [Finding]

  /// Whether all is as it should be. A kernel may pass that cannot reach every state: see
  /// ``isIrreducible``.
  public var passes: Bool { findings.allSatisfy(\.passes) }
}

extension KernelReport: CustomStringConvertible {
  public var description: String {
    let how =
      switch method {
      case .listed: "by the kernel's own list of its transitions"
      case .counted(let repeats): "by \(repeats) draws from each state"
      }
    var lines = ["\(chain.stateCount) states, \(how)"]
    for finding in findings {
      lines.append("  \(finding.passes ? "ok  " : "FAIL")  \(finding.name): \(finding.words)")
    }
    lines.append(
      isIrreducible
        ? "  every state can be reached from every other"
        : "  \(chain.classes.count) classes of states that cannot all reach one another: alone, this "
          + "kernel does not sample its target")
    lines.append(
      "  spectral gap \(short(spectralGap)), "
        + (mixingTime.map { "mixing time \($0) steps" } ?? "no mixing time"))
    return lines.joined(separator: "\n")
  }
}

/// Four digits that matter, for messages.
func short(_ value: Double) -> String {
  // The sign of a NaN means nothing.
  guard value.isFinite, value != 0 else { return value.isNaN ? "nan" : "\(value)" }
  let size = Double.pow(10, 3 - Double.log10(abs(value)).rounded(.down))
  return "\((value * size).rounded() / size)"
}
