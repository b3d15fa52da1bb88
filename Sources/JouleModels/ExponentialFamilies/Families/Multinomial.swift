import JouleRandom
public import JouleTensor
import RealModule

/// The multinomial distribution: how often each of K categories comes in n trials, n known.
///
///     p(x) = n! Πₖ pₖ^xₖ / xₖ!,   T(x) = (x₁, …, x_{K−1}),   h(x) = n! / Π xₖ!
///     θₖ = log(pₖ / p₀),   log Z = n log(1 + Σ e^θₖ),   μ = n p,   Cov[T] = n (diag(p) − p pᵀ)
///
/// An observation is the K counts; the first is given by the others and has no statistic.
public struct Multinomial: SampledFamily {
  /// n.
  public let trials: Int
  /// K.
  public let categoryCount: Int

  /// - Precondition: at least one trial and two categories.
  public init(trials: Int, categoryCount: Int) {
    precondition(trials > 0, "a multinomial distribution has at least one trial, got \(trials)")
    precondition(categoryCount > 1, "there are at least two categories, got \(categoryCount)")
    self.trials = trials
    self.categoryCount = categoryCount
  }

  public var name: String { "multinomial (\(trials) trials, \(categoryCount) categories)" }
  public var variableCount: Int { categoryCount }
  public var statisticNames: [String] { (1..<categoryCount).map { "x[\($0)]" } }

  public func requirement(brokenBy x: Span<Double>) -> String? {
    var sum = 0.0
    for k in 0..<categoryCount {
      guard x[k] >= 0, x[k] == x[k].rounded() else { return "counts: whole numbers from 0 on" }
      sum += x[k]
    }
    return sum == Double(trials) ? nil : "counts that sum to \(trials)"
  }

  public func statistics(of x: Span<Double>) -> [Double] { (1..<categoryCount).map { x[$0] } }

  public func logBaseMeasure(of x: Span<Double>) -> Double {
    (0..<categoryCount).reduce(Double.logGamma(Double(trials) + 1)) {
      $0 - Double.logGamma(x[$1] + 1)
    }
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    Double(trials) * logSumExpWithZero(parameters.values)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    MeanParameters(softmaxWithZero(parameters.values).dropFirst().map { Double(trials) * $0 })
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    multinomialCovariance(softmaxWithZero(parameters.values), trials: Double(trials))
  }

  /// E[log n!/Π xₖ!]: every count by itself is binomial.
  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? {
    let counts = Binomial(trials: trials)
    return softmaxWithZero(parameters.values).reduce(Double.logGamma(Double(trials) + 1)) {
      $0 - counts.sum(at: [logit($1)]) { Double.logGamma($0 + 1) }
    }
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    logRatiosToFirst(moments.values.map { $0 / Double(trials) })
  }

  public func boundary(at moments: MeanParameters) -> String? {
    emptyCategoryBoundary(
      moments.values.map { $0 / Double(trials) }, categories: categoryCount)
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let probabilities = softmaxWithZero(parameters.values)
    return { stream in
      var (left, mass) = (trials, 1.0)
      return probabilities.enumerated().map { category, p in
        if category == categoryCount - 1 { return Double(left) }
        let count = stream.binomial(trials: left, probability: min(1, max(0, p / mass)))
        left -= count
        mass -= p
        return Double(count)
      }
    }
  }
}

extension Multinomial: ConventionalParameters {
  public var conventionalNames: [String] { (0..<categoryCount).map { "probability[\($0)]" } }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    softmaxWithZero(parameters.values)
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    NaturalParameters(values.dropFirst().map { Double.log($0 / values[0]) })
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    proportionsRequirement(values)
  }
}
