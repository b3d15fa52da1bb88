public import JouleCore
public import JouleRandom

/// A kernel with a step size that is found while chains warm up.
///
/// States do not depend on it: what one kernel made goes on under another.
public protocol TunableKernel: TransitionKernel where Adaptation == KernelAdaptation<Scalar> {
  /// A kernel that makes one elementary move, accepted or not.
  associatedtype Probe: TransitionKernel where Probe.Scalar == Scalar

  var stepSize: Double { get set }
  var tuning: KernelTuning { get set }

  /// One elementary move of this step size. Its acceptance tells whether the size is of the right order.
  var probe: Probe { get }

  /// The step size beyond which a larger one changes nothing; infinity where there is none.
  static var largestStepSize: Double { get }
}

/// A kernel whose mass is found too.
public protocol MassTunableKernel: TunableKernel {
  var metric: EuclideanMetric<Scalar> { get set }
}

extension TunableKernel {
  public static var largestStepSize: Double { .infinity }

  /// A step size of the right order, from where the chains are.
  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> KernelAdaptation<Scalar> {
    var adaptation = KernelAdaptation<Scalar>(steps: steps)
    if tuning.learning != .nothing { adaptation.search(self, states, using: random) }
    return adaptation
  }

  /// The same kernel with another step size; the last one is the average that remains.
  public func adapted(
    to step: WarmUpStep<Self>, learning adaptation: inout KernelAdaptation<Scalar>
  ) -> Self {
    tuning.learning == .nothing ? self : adaptation.tuned(self, step)
  }
}

extension MassTunableKernel {
  /// The same kernel with another step size, and with another mass where a window ends.
  public func adapted(
    to step: WarmUpStep<Self>, learning adaptation: inout KernelAdaptation<Scalar>
  ) -> Self {
    if tuning.learning == .nothing { return self }
    let kernel = adaptation.tuned(self, step)
    guard tuning.learning != .stepSize else { return kernel }
    return adaptation.weighed(kernel, step, isDense: tuning.learning == .denseMass)
  }
}
