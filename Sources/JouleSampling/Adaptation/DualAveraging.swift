import RealModule

/// Dual averaging of a step size towards an acceptance rate.
///
///     H̄ ← (1 − w) H̄ + w (target − acceptance),   w = 1/(t + t₀)
///     log ε ← μ − √t H̄ / γ,   log ε̄ ← t^(−κ) log ε + (1 − t^(−κ)) log ε̄,   μ = log(10 ε₀)
///
/// ε explores while it is adapted; ε̄ is what remains. γ = 0.05, t₀ = 10, κ = 0.75.
///
/// Reference: M. Hoffman, A. Gelman, The no-U-turn sampler, JMLR 15 (2014), eq. 6 and algorithm 5.
public struct DualAveraging: Sendable, Equatable {
  /// The acceptance aimed at.
  public let target: Double
  private let center: Double
  private var count = 0.0
  private var error = 0.0
  private var logStep: Double
  private var logAverage = 0.0

  /// - Parameters:
  ///   - stepSize: ε₀ > 0, of the right order; the search begins at ten times as much.
  ///   - target: in (0, 1).
  public init(stepSize: Double, target: Double) {
    precondition(
      stepSize > 0 && stepSize.isFinite && target > 0 && target < 1,
      "a positive step size and an acceptance in (0, 1), got \(stepSize) and \(target)")
    self.target = target
    center = Double.log(10 * stepSize)
    logStep = Double.log(stepSize)
  }

  /// Takes in an acceptance probability, or the mean of several.
  ///
  /// - Parameter acceptance: in [0, 1]; a NaN counts as 0.
  public mutating func update(acceptance: Double) {
    let found = acceptance.isNaN ? 0 : Swift.min(1, acceptance)
    count += 1
    let weight = 1 / (count + 10)
    error = (1 - weight) * error + weight * (target - found)
    logStep = center - error * count.squareRoot() / 0.05
    let decay = Double.exp(-0.75 * Double.log(count))
    logAverage = decay * logStep + (1 - decay) * logAverage
  }

  /// ε, for the next step.
  public var stepSize: Double { Double.exp(logStep) }

  /// ε̄, for what comes after adaptation; ε₀ before the first update.
  public var averagedStepSize: Double { count == 0 ? stepSize : Double.exp(logAverage) }
}
