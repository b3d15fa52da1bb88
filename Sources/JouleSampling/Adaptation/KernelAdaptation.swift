import JouleCore
import JouleRandom
public import JouleTensor

/// How the step size and the mass of a kernel are found while chains warm up.
///
/// The step size follows the acceptance by dual averaging throughout. The mass is estimated over windows, each
/// from what came after the one before (see `WarmUpSchedule`); with a new mass the search for a step size
/// begins anew.
///
/// All chains share one step size and one mass, from the statistics of all of them: they are known after fewer
/// steps the more chains there are, and any chain can go on with the kernel. The price: where chains sit in
/// places of different scale the kernel is a compromise, and one chain astray drags the others.
public struct KernelAdaptation<Scalar: TensorScalar>: Sendable {
  private let schedule: WarmUpSchedule
  private let windowEnds: [Int]
  private var averaging = DualAveraging(stepSize: 1, target: 0.5)
  /// Where searches for a step size draw from.
  private var random: ChainRandom?
  private var searches = 0
  private var estimate: MetricEstimate<Scalar>?
  private var defect: String?

  init(steps: Int) {
    schedule = WarmUpSchedule(steps: steps)
    windowEnds = schedule.windowEnds
  }

  /// Looks for a step size of the right order from where the chains are, and averages from there.
  mutating func search<Kernel: TunableKernel>(
    _ kernel: Kernel, _ states: [Kernel.State], using random: ChainRandom
  ) where Kernel.Scalar == Scalar {
    self.random = random
    let search = StepSizeSearch(random: random.folded(searches))
    searches += 1
    switch search.stepSize(for: kernel, at: states.map(kernel.position(of:))) {
    case .found(let stepSize):
      averaging = DualAveraging(stepSize: stepSize, target: kernel.tuning.targetAcceptance)
    case .failed(let reason): defect = reason
    }
  }

  /// The kernel with the step size for the next step.
  mutating func tuned<Kernel: TunableKernel>(
    _ kernel: Kernel, _ step: WarmUpStep<Kernel>
  ) -> Kernel where Kernel.Scalar == Scalar {
    var kernel = kernel
    if let defect {
      kernel.tuning.defect = defect
      return kernel
    }
    // The first step was made before the search was heard of.
    if step.index > 0 { averaging.update(acceptance: step.meanAcceptance ?? 0) }
    let next = step.isLast ? averaging.averagedStepSize : averaging.stepSize
    kernel.stepSize = Swift.min(next, Kernel.largestStepSize)
    return kernel
  }

  /// The kernel with the mass for the next step.
  mutating func weighed<Kernel: MassTunableKernel>(
    _ kernel: Kernel, _ step: WarmUpStep<Kernel>, isDense: Bool
  ) -> Kernel where Kernel.Scalar == Scalar {
    let done = step.index + 1
    guard defect == nil, step.index >= schedule.initial, done <= windowEnds.last ?? 0 else {
      return kernel
    }
    for state in step.states {
      let rows = kernel.position(of: state)
      var sums = estimate ?? MetricEstimate(around: rows.mean(along: 0), isDense: isDense)
      sums.add(rows)
      estimate = sums
    }
    guard windowEnds.contains(done), let sums = estimate else { return kernel }
    estimate = nil
    var kernel = kernel
    do throws(MetricError) {
      guard let metric = try sums.metric() else { return kernel }
      kernel.metric = metric
    } catch {
      kernel.tuning.defect = "after step \(step.index) of the warm-up \(error)"
      return kernel
    }
    if let random { search(kernel, step.states, using: random) }
    kernel.stepSize = averaging.stepSize
    kernel.tuning.defect = defect
    return kernel
  }
}
