/// How long chains run, and which of their steps count.
public struct SamplingPlan: Sendable, Hashable, Codable {
  /// Steps of every chain before anything counts; a kernel that can adapts in them.
  public var warmUp: Int
  /// Draws of every chain.
  public var samples: Int
  /// Steps from one draw to the next. Draws in between are thrown away: worth it only where looking at a
  /// draw costs more than a step.
  public var thinning: Int

  /// - Precondition: `warmUp` ≥ 0, `samples` > 0, `thinning` > 0.
  public init(warmUp: Int = 1000, samples: Int = 1000, thinning: Int = 1) {
    precondition(
      warmUp >= 0 && samples > 0 && thinning > 0,
      "a plan has steps of warm-up, samples and thinning of at least 0, 1 and 1; got \(warmUp), "
        + "\(samples) and \(thinning)")
    self.warmUp = warmUp
    self.samples = samples
    self.thinning = thinning
  }

  /// Steps of every chain in all.
  public var steps: Int { warmUp + samples * thinning }
}

/// How far a run of chains is.
public struct SamplingProgress: Sendable, Equatable {
  public enum Phase: String, Sendable {
    case warmUp = "warming up"
    case sampling
  }

  public let phase: Phase
  /// Steps of every chain made in this run, and in all.
  public let stepsDone: Int
  public let stepsInAll: Int
  /// The mean probability of acceptance since the phase began; nil of kernels that reject nothing.
  public let meanAcceptance: Double?
  /// The largest R-hat of a variable so far: the root of (between + within) over within the chains. Nil
  /// in warm-up, with one chain, and as long as there are few draws.
  public let largestRHat: Double?

  /// 0 to 1.
  public var fraction: Double { Double(stepsDone) / Double(max(1, stepsInAll)) }
}

extension SamplingProgress: CustomStringConvertible {
  /// One line: "sampling, step 900 of 2000, acceptance 0.31, R-hat so far 1.02".
  public var description: String {
    (["\(phase.rawValue), step \(stepsDone) of \(stepsInAll)"] + figures).joined(separator: ", ")
  }

  /// What is known so far, for a display that shows steps in its own way.
  package var figures: [String] {
    func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    return [
      meanAcceptance.map { "acceptance \(text($0))" },
      largestRHat.map { "R-hat so far \(text($0))" },
    ].compactMap { $0 }
  }
}

/// What a run should do next.
public enum SamplingVerdict: Sendable {
  case proceed
  /// Stop here; observers keep what they have seen.
  case stop
}
