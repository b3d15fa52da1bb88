public import JouleTensor

/// A family over a list of states that a program gives.
///
///     // Loaded dice: the maximum-entropy distribution of 1…6 with a given mean.
///     let die = EnumeratedFamily(
///       UnnormalizedFamily("die", variableCount: 1, statistics: ["x"]) { [$0[0]] },
///       states: Tensor([[1], [2], [3], [4], [5], [6]]))
public struct EnumeratedFamily: FunctionFamily, FiniteFamily {
  public let functions: UnnormalizedFamily
  /// `[states, variables]`.
  public let states: Tensor<Double>
  /// T, `[states, statistics]`.
  let statisticsOfStates: Tensor<Double>
  let logBaseMeasures: [Double]?

  /// - Parameter states: `[states, variables]`, each state once.
  /// - Precondition: at least one state, and finite statistics.
  public init(_ functions: UnnormalizedFamily, states: Tensor<Double>) {
    precondition(
      states.rank == 2 && states.shape[0] > 0, "a family has states, got shape \(states.shape)")
    self.functions = functions
    self.states = states
    statisticsOfStates = functions.statistics(ofRows: states)
    logBaseMeasures =
      functions.hasUniformBaseMeasure
      ? nil : functions.mapRows(states) { functions.logBaseMeasure(of: $0) }
    precondition(
      statisticsOfStates.firstNonFinite == nil, "the statistics of \(functions.name) are not finite"
    )
  }

  public var stateCount: Int { states.shape[0] }
  public func rows(ofStates range: Range<Int>) -> Tensor<Double> { states.rows(range) }
  public func statistics(ofStates range: Range<Int>) -> Tensor<Double> {
    range.count == stateCount ? statisticsOfStates : statisticsOfStates.rows(range)
  }
  public func logBaseMeasure(ofStates range: Range<Int>) -> [Double]? {
    logBaseMeasures.map { Array($0[range]) }
  }
}

extension CountFamily {
  /// The same family with sums over its values instead of formulas: to check them.
  ///
  /// - Precondition: the support is finite.
  public func enumerated() -> EnumeratedFamily {
    guard case .integers(let first, let last?) = support else {
      preconditionFailure("\(name) has infinitely many values")
    }
    return EnumeratedFamily(
      UnnormalizedFamily(
        name, variableCount: 1, statistics: statisticNames,
        logBaseMeasure: { logBaseMeasure(of: $0) }, statistics: { statistics(of: $0) }),
      states: Tensor((first...last).map { [Double($0)] }))
  }
}
