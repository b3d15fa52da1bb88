/// A function of several means over the same draws, such as a variance or a ratio, with its Monte-Carlo standard
/// error.
///
///     f(x̄₁, …, x̄ₖ),   error = that of the mean of g = Σₖ ∂f/∂x̄ₖ (xₖ − x̄ₖ)
///
/// To first order f of the means differs from its true value by the mean of g, so the draws of g carry the
/// correlations in time and between the variables with the right weights.
///
/// Bias: of order 1 / effective sample size, which the error exceeds where that is large.
///
/// Reference: U. Wolff, Monte Carlo errors with less errors, Computer Physics Communications 156 (2004),
/// arXiv:hep-lat/0306017, §2.
public struct FunctionOfMeans: Sendable, Equatable {
  /// f at the means.
  public let value: Double
  /// Nil where it is not defined: chains that do not move, or are too short.
  public let standardError: Double?
  /// How many independent draws would tell as much about it; nil likewise.
  public let effectiveSampleSize: Double?

  /// - Parameters:
  ///   - traces: of the variables, of one shape.
  ///   - value: f.
  ///   - gradient: ∂f/∂ each mean.
  public init(
    of traces: [Trace], value: ([Double]) -> Double, gradient: ([Double]) -> [Double]
  ) {
    precondition(
      !traces.isEmpty
        && traces.allSatisfy {
          $0.chainCount == traces[0].chainCount && $0.drawCount == traces[0].drawCount
        },
      "a function of means takes traces of one shape, got "
        + "\(traces.map { [$0.chainCount, $0.drawCount] })")
    let means = traces.map(\.mean)
    let slopes = gradient(means)
    precondition(
      slopes.count == traces.count, "\(slopes.count) derivatives for \(traces.count) means")
    var line = [Double](repeating: 0, count: traces[0].values.count)
    for (index, trace) in traces.enumerated() where slopes[index] != 0 {
      for place in line.indices {
        line[place] += slopes[index] * (trace.values[place] - means[index])
      }
    }
    let influence = Trace(line, chainCount: traces[0].chainCount)
    self.value = value(means)
    let error = influence.standardError(of: .mean)
    standardError = error.flatMap { $0.isFinite ? $0 : nil }
    effectiveSampleSize = influence.effectiveSampleSize(for: .mean)
  }
}
