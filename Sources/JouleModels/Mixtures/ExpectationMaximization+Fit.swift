public import JouleAlgebra
public import JouleRandom

extension ExpectationMaximization {
  /// How long a fit goes on.
  public struct Plan: Sendable, Equatable {
    /// Starts; the best end counts.
    public var restarts: Int
    /// Steps from one start, at most.
    public var iterations: Int
    /// A fit has converged when a step raises its objective by less than this, in nats a row.
    public var tolerance: Double

    /// - Precondition: at least one start and one step; a tolerance that is not negative.
    public init(restarts: Int = 1, iterations: Int = 200, tolerance: Double = 1e-4) {
      precondition(
        restarts > 0 && iterations > 0 && tolerance >= 0,
        "a fit has at least one start and one step, and a tolerance that is not negative: got "
          + "\(restarts), \(iterations), \(tolerance)")
      self.restarts = restarts
      self.iterations = iterations
      self.tolerance = tolerance
    }
  }

  /// Where a fit stands.
  public struct Progress: Sendable {
    /// The number of the start, from 0.
    public let restart: Int
    /// The number of the step, from 0.
    public let iteration: Int
    /// The model that the figures are of.
    public let model: Model
    /// What the step found: the figures are those of `model`.
    public let step: Step
    /// Whether this start is done: it has converged, or its steps are used up.
    public let isLast: Bool
  }

  /// The best end of all starts.
  public struct Fit: Sendable {
    public let model: Model
    /// (1/N) Σ log p(xᵢ), in nats.
    public let meanLogLikelihood: Double
    public let objective: Double
    /// The number of the start, from 0, and its steps.
    public let restart, iterations: Int
    /// Whether the objective had settled.
    public let isConverged: Bool
    /// Components that a limit holds: see `MixtureLimits`.
    public let limited: [Int]
  }

  /// Fits a mixture.
  ///
  /// - Parameters:
  ///   - key: what every start descends from.
  ///   - observe: is told of every step; false ends the fit with what it has.
  /// - Throws: ``MixtureError/notFinite(restart:iteration:)`` when the likelihood is not.
  public func fit(
    _ data: MixtureData, plan: Plan = Plan(), key: RandomKey, workers: Workers = .single,
    observe: (Progress) throws -> Bool = { _ in true }
  ) throws -> Fit {
    var best: Fit?
    for restart in 0..<plan.restarts {
      var model = start(on: data, key: key.folded(UInt64(restart)), workers: workers)
      var previous = -Double.infinity
      for iteration in 0..<plan.iterations {
        let step = step(model, on: data, workers: workers)
        guard step.objective.isFinite else {
          throw MixtureError.notFinite(restart: restart, iteration: iteration)
        }
        let isConverged = step.objective - previous < plan.tolerance
        let isLast = isConverged || iteration + 1 == plan.iterations
        let goesOn = try observe(
          Progress(
            restart: restart, iteration: iteration, model: model, step: step, isLast: isLast))
        if isLast || !goesOn {
          if step.objective > best?.objective ?? -.infinity {
            best = Fit(
              model: model, meanLogLikelihood: step.meanLogLikelihood, objective: step.objective,
              restart: restart, iterations: iteration, isConverged: isConverged,
              limited: model.components.limited(by: limits))
          }
          if !goesOn, let best { return best }
          break
        }
        previous = step.objective
        model = step.model
      }
    }
    guard let best else { preconditionFailure("a plan of \(plan.restarts) starts has no end") }
    return best
  }
}

/// Why a mixture cannot be fitted.
public enum MixtureError: Error, Equatable, CustomStringConvertible {
  /// The likelihood of the data became NaN or infinite.
  case notFinite(restart: Int, iteration: Int)

  public var description: String {
    switch self {
    case .notFinite(let restart, let iteration):
      "the likelihood is not finite at step \(iteration) from start \(restart): the data hold values "
        + "that are not finite, or too large to square"
    }
  }
}
