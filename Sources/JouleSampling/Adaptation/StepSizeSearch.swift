import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

/// Finds a step size of the right order: doubled, or halved, until the mean acceptance of one elementary move
/// crosses 0.8.
///
/// Reference: M. Hoffman, A. Gelman, JMLR 15 (2014), algorithm 4, here with the mean over chains, and the
/// bound 0.8 as in Stan.
struct StepSizeSearch: Sendable {
  let key: RandomKey
  let workers: Workers
  /// 2^100 is as good as any.
  private static let trials = 100
  private static let crossing = 0.8

  /// The kernel with the step size found.
  ///
  /// - Parameter pieces: the chains and where they are.
  func tuned<Kernel: StepSizeTunable>(
    _ kernel: Kernel, at pieces: [(Range<Int>, Tensor<Kernel.Scalar>)]
  ) throws(WarmUpError) -> Kernel {
    var candidate = kernel
    var (mean, fault) = try acceptance(of: kernel.probe, at: pieces, trial: 0)
    let grows = mean > Self.crossing
    for trial in 1...Self.trials {
      let next = candidate.stepSize * (grows ? 2 : 0.5)
      if next > Kernel.largestStepSize { return candidate }
      guard next.isFinite, next > 0 else { break }
      candidate = candidate.with(stepSize: next)
      (mean, fault) = try acceptance(of: candidate.probe, at: pieces, trial: trial)
      if (mean > Self.crossing) != grows { return candidate }
    }
    // A fault that even the smallest step meets is the reason of it all.
    if let fault, !grows { throw .fault(fault, step: 0) }
    throw .noStepSize(from: kernel.stepSize, to: candidate.stepSize, acceptance: mean)
  }

  /// The mean acceptance of one move from where the chains are, and a fault that was met.
  private func acceptance<Probe: TransitionKernel>(
    of probe: Probe, at pieces: [(Range<Int>, Tensor<Probe.Scalar>)], trial: Int
  ) throws(WarmUpError) -> (mean: Double, fault: TransitionFault?) {
    var results = pieces.map { (chains: $0.0, rows: $0.1, info: Probe.Info?.none) }
    let key = key
    workers.mutateEach(&results) { _, piece in
      var state = probe.makeState(at: piece.rows)
      piece.info = probe.step(
        &state, using: ChainRandom(key: key, firstChain: piece.chains.lowerBound, step: trial))
    }
    var (sum, count) = (0.0, 0)
    var first: TransitionFault?
    for piece in results {
      if let fault = piece.info?.fault?.moved(by: piece.chains.lowerBound) {
        // No step helps a chain that stands outside the support.
        if fault.reason == .outsideSupport { throw .fault(fault, step: 0) }
        first = first ?? fault
      }
      sum = piece.info?.acceptanceProbabilities?.reduce(sum, +) ?? sum
      count += piece.chains.count
    }
    return (sum / Double(count), first)
  }
}
