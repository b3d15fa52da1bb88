/// A family that a program gives by two functions, T and h: enough for sampling, and for learning by
/// Markov chains.
///
///     let quartic = UnnormalizedFamily(
///       "quartic", variableCount: 1, statistics: ["x²", "x⁴"]) { x in [x[0] * x[0], pow(x[0], 4)] }
///
/// A way to its partition function makes it an `ExponentialFamily`: ``IntegratedFamily`` over a box,
/// ``EnumeratedFamily`` over a list of states, ``ClosedFormFamily`` by formulas.
public struct UnnormalizedFamily: SufficientStatistics {
  public let name: String
  public let variableCount: Int
  public let statisticNames: [String]
  private let computeStatistics: @Sendable (Span<Double>) -> [Double]
  private let computeLogBaseMeasure: (@Sendable (Span<Double>) -> Double)?
  private let supportRequirement: @Sendable (Span<Double>) -> String?

  /// Whether h(x) = 1.
  public var hasUniformBaseMeasure: Bool { computeLogBaseMeasure == nil }

  /// - Parameters:
  ///   - names: what each component of T is.
  ///   - logBaseMeasure: log h(x); nil means 0.
  ///   - requirement: what an observation would have to be, if it is outside the support; nil inside.
  ///   - statistics: T(x), as many numbers as names.
  public init(
    _ name: String, variableCount: Int, statistics names: [String],
    logBaseMeasure: (@Sendable (Span<Double>) -> Double)? = nil,
    requirement: @escaping @Sendable (Span<Double>) -> String? = { _ in nil },
    statistics: @escaping @Sendable (Span<Double>) -> [Double]
  ) {
    precondition(variableCount > 0, "an observation has variables, got \(variableCount)")
    precondition(!names.isEmpty, "a family has at least one statistic")
    self.name = name
    self.variableCount = variableCount
    statisticNames = names
    computeStatistics = statistics
    computeLogBaseMeasure = logBaseMeasure
    supportRequirement = requirement
  }

  public func statistics(of x: Span<Double>) -> [Double] {
    let values = computeStatistics(x)
    precondition(
      values.count == statisticCount,
      "\(name) has the statistics \(statisticNames), and \(values.count) numbers for them")
    return values
  }

  public func logBaseMeasure(of x: Span<Double>) -> Double { computeLogBaseMeasure?(x) ?? 0 }

  public func requirement(brokenBy x: Span<Double>) -> String? { supportRequirement(x) }
}

/// A family that forwards T, h and the support to functions of a program.
public protocol FunctionFamily: ExponentialFamily {
  var functions: UnnormalizedFamily { get }
}

extension FunctionFamily {
  public var name: String { functions.name }
  public var variableCount: Int { functions.variableCount }
  public var statisticNames: [String] { functions.statisticNames }
  public func statistics(of x: Span<Double>) -> [Double] { functions.statistics(of: x) }
  public func logBaseMeasure(of x: Span<Double>) -> Double { functions.logBaseMeasure(of: x) }
  public func requirement(brokenBy x: Span<Double>) -> String? {
    functions.requirement(brokenBy: x)
  }
}
