public import JouleCore

extension TransitionKernel {
  /// This kernel, then another, in every step.
  public func followed<Next: TransitionKernel>(by next: Next) -> Cycle<Self, Next>
  where Next.Scalar == Scalar { Cycle(self, next) }

  /// This kernel or another in every step, this one with the probability `weight`.
  public func mixed<Other: TransitionKernel>(
    with other: Other, weight: Double = 0.5
  ) -> Mixture<Self, Other> where Other.Scalar == Scalar { Mixture(self, other, weight: weight) }

  /// Several steps of this kernel as one.
  public func repeated(_ count: Int) -> Repeated<Self> { Repeated(self, count: count) }
}
