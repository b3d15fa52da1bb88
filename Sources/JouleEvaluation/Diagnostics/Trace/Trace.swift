public import JouleCore
public import JouleTensor

/// The trace of one variable: what each of several chains drew of it, `[chain, draw]`.
///
///     let trace = Trace(draws, variable: 0)
///     print(trace.mean, trace.standardError(of: .mean) ?? .nan, trace.rHat ?? .nan)
///
/// Diagnostics are those of Vehtari et al. (2021), in the arithmetic of the R package posterior. Those that
/// are not defined are nil, as posterior documents it:
///
/// - where any draw is NaN or infinite;
/// - where a chain is constant: nobody can tell a variable that has to be constant from a chain that is
///   stuck;
/// - where chains are too short: R-hat needs 4 draws a chain, sizes need 6.
///
/// Each property computes afresh; for many variables, or several figures of one, use
/// `diagnostics(on:)` of `Draws`.
///
/// Reference: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, Rank-normalization,
/// folding, and localization: an improved R-hat for assessing convergence of MCMC, Bayesian Analysis 16
/// (2021), 667-718, arXiv:1903.08008.
public struct Trace: Sendable, Equatable {
  /// `[chain, draw]`.
  public let values: [Double]
  public let chainCount: Int

  /// Draws of each chain.
  public var drawCount: Int { values.count / chainCount }

  /// - Parameter values: `[chain, draw]`, at least one draw.
  /// - Precondition: the chains have equally many draws.
  public init(_ values: [Double], chainCount: Int) {
    precondition(
      chainCount > 0 && !values.isEmpty && values.count % chainCount == 0,
      "\(values.count) values are no draws of \(chainCount) chains")
    self.values = values
    self.chainCount = chainCount
  }

  /// One variable of draws.
  public init<Scalar: TensorScalar>(_ draws: Draws<Scalar>, variable: Int) {
    precondition(
      (0..<draws.variableCount).contains(variable),
      "variable \(variable) of \(draws.variableCount)")
    var values = [Double](repeating: 0, count: draws.chainCount * draws.drawCount)
    draws.gather(variable..<variable + 1, into: &values)
    self.init(values, chainCount: draws.chainCount)
  }

  /// What one chain drew.
  public func chain(_ index: Int) -> ArraySlice<Double> {
    values[index * drawCount..<(index + 1) * drawCount]
  }

  /// The mean of all draws.
  public var mean: Double { analysis().mean }

  /// The standard deviation of all draws around their mean, with S − 1.
  public var standardDeviation: Double { analysis().standardDeviation }

  /// A quantile of all draws: linear between neighbours, type 7 of Hyndman and Fan (The American
  /// Statistician 50 (1996), 361-365); NaN where a draw is NaN.
  ///
  /// - Precondition: 0 ≤ `probability` ≤ 1.
  public func quantile(_ probability: Double) -> Double {
    var analysis = analysis()
    return analysis.quantile(probability)
  }

  /// Why diagnostics are not defined; nil where they are.
  public var defect: TraceDefect? { analysis().defect }

  func analysis() -> TraceAnalysis {
    TraceAnalysis(values, plan: DiagnosticPlan(chainCount: chainCount, drawCount: drawCount))
  }
}

/// What keeps the diagnostics of a trace from being defined. Chains and draws count from 0.
public enum TraceDefect: Sendable, Equatable {
  case notFinite(chain: Int, draw: Int, value: Double)
  /// Every chain is constant, at the same value.
  case constant(value: Double)
  /// A chain is constant and others are not, or not at the same value.
  case stuck(chain: Int, value: Double)
  /// Fewer than four draws a chain.
  case short(drawCount: Int)

  public static func == (left: TraceDefect, right: TraceDefect) -> Bool {
    switch (left, right) {
    case (.notFinite(let a, let b, let x), .notFinite(let c, let d, let y)):
      a == c && b == d && (x == y || x.isNaN && y.isNaN)
    case (.constant(let x), .constant(let y)): x == y
    case (.stuck(let a, let x), .stuck(let b, let y)): a == b && x == y
    case (.short(let a), .short(let b)): a == b
    default: false
    }
  }
}
