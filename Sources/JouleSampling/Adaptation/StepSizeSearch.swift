import JouleCore
import JouleRandom
import JouleTensor

/// Finds a step size of the right order: doubled, or halved, until the mean acceptance of one elementary move
/// crosses 0.8.
///
/// Reference: M. Hoffman, A. Gelman, JMLR 15 (2014), algorithm 4; here with the mean over chains, and the
/// bound 0.8 as in Stan.
struct StepSizeSearch {
  let random: ChainRandom
  /// 2^100 is as good as any.
  private static let trials = 100
  private static let crossing = 0.8

  init(random: ChainRandom) { self.random = random }

  enum Result {
    case found(Double)
    case failed(String)
  }

  /// - Parameter pieces: where the chains are, in pieces that follow one another.
  func stepSize<Kernel: TunableKernel>(
    for kernel: Kernel, at pieces: [Tensor<Kernel.Scalar>]
  ) -> Result {
    // A kernel that cannot move says so itself when it is asked to.
    guard stepSizeDefect(kernel.stepSize) == nil, kernel.tuning.reason == nil else {
      return .found(1)
    }
    var candidate = kernel
    let first = acceptance(of: kernel.probe, at: pieces, trial: 0)
    // So does a chain that stands outside the support.
    if first.fault?.reason == .outsideSupport { return .found(kernel.stepSize) }
    let grows = first.mean > Self.crossing
    var last = first
    for trial in 1...Self.trials {
      let next = candidate.stepSize * (grows ? 2 : 0.5)
      if next > Kernel.largestStepSize { return .found(candidate.stepSize) }
      guard next.isFinite, next > 0 else { break }
      candidate.stepSize = next
      last = acceptance(of: candidate.probe, at: pieces, trial: trial)
      if (last.mean > Self.crossing) != grows { return .found(next) }
    }
    if let fault = last.fault, !grows { return .failed("\(fault)") }
    return .failed(
      "step sizes from \(kernel.stepSize) to \(candidate.stepSize) are all "
        + (grows
          ? "accepted: the energy is flat, or its distribution has no bound"
          : "rejected: the gradient is not that of the energy, or the energy jumps"))
  }

  /// The mean acceptance of one move from where the chains are, and a fault that was met.
  private func acceptance<Probe: TransitionKernel>(
    of probe: Probe, at pieces: [Tensor<Probe.Scalar>], trial: Int
  ) -> (mean: Double, fault: TransitionFault?) {
    var infos: [Probe.Info] = []
    var first = 0
    var fault: TransitionFault?
    for rows in pieces {
      var state = probe.makeState(at: rows)
      let info = probe.step(&state, using: random.with(step: trial).advanced(by: first))
      if fault == nil, let found = info.fault {
        fault = TransitionFault(row: first + found.row, reason: found.reason)
      }
      infos.append(info)
      first += rows.shape[0]
    }
    return (infos.meanAcceptance ?? 0, fault)
  }
}
