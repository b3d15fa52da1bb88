public import JouleCore

/// A kernel whose step size warm-up can find.
///
/// States do not depend on it: a state made by one kernel goes on under another.
public protocol StepSizeTunable: TransitionKernel {
  /// A kernel that makes one elementary move, accepted or not.
  associatedtype Probe: TransitionKernel where Probe.Scalar == Scalar

  var stepSize: Double { get }

  /// The same kernel with another step size, positive and finite.
  func with(stepSize: Double) -> Self

  /// One elementary move of this step size. Its acceptance tells whether the size is of the right order.
  var probe: Probe { get }

  /// The acceptance to aim at, unless the user knows better.
  static var recommendedAcceptance: Double { get }

  /// The step size beyond which a larger one changes nothing; infinity where there is none.
  static var largestStepSize: Double { get }
}

extension StepSizeTunable {
  public static var largestStepSize: Double { .infinity }
}

/// A kernel whose mass warm-up can find too.
public protocol MetricTunable: StepSizeTunable {
  var metric: EuclideanMetric<Scalar> { get }

  /// The same kernel with another mass.
  func with(metric: EuclideanMetric<Scalar>) -> Self
}

extension HamiltonianMonteCarlo: MetricTunable {
  /// As for NUTS: the optimum of 0.651 is flat, and costs of smaller acceptance are steep.
  public static var recommendedAcceptance: Double { 0.8 }

  public func with(stepSize: Double) -> Self {
    Self(model, stepSize: stepSize, steps: stepCount, metric: metric, jitter: jitter)
  }

  public func with(metric: EuclideanMetric<Model.Scalar>) -> Self {
    Self(model, stepSize: stepSize, steps: stepCount, metric: metric, jitter: jitter)
  }

  public var probe: HamiltonianMonteCarlo<Model> {
    HamiltonianMonteCarlo(model, stepSize: stepSize, steps: 1, metric: metric)
  }
}

extension NoUTurnSampler: MetricTunable {
  /// As in Stan. Posteriors with narrow places want 0.9 to 0.99, and divergences tell which those are.
  public static var recommendedAcceptance: Double { 0.8 }

  public func with(stepSize: Double) -> Self {
    Self(model, stepSize: stepSize, metric: metric, maximumDepth: maximumDepth)
  }

  public func with(metric: EuclideanMetric<Model.Scalar>) -> Self {
    Self(model, stepSize: stepSize, metric: metric, maximumDepth: maximumDepth)
  }

  public var probe: HamiltonianMonteCarlo<Model> {
    HamiltonianMonteCarlo(model, stepSize: stepSize, steps: 1, metric: metric)
  }
}

extension MetropolisAdjustedLangevin: MetricTunable {
  /// Reference: G. Roberts, J. Rosenthal, Optimal scaling of discrete approximations to Langevin
  /// diffusions, J. R. Statist. Soc. B 60 (1998), theorem 2.
  public static var recommendedAcceptance: Double { 0.574 }

  public func with(stepSize: Double) -> Self {
    Self(model, stepSize: stepSize, metric: metric)
  }

  public func with(metric: EuclideanMetric<Model.Scalar>) -> Self {
    Self(model, stepSize: stepSize, metric: metric)
  }

  public var probe: Self { self }
}
