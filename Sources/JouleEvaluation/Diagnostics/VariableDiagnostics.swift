public import JouleAlgebra
public import JouleCore

/// What draws say of one variable, and how far that can be trusted: a line of the table.
///
/// Figures that are not defined are nil, for the reason in ``defect``, or because the quantity behind them
/// is constant, as the tails of a variable of few values are.
public struct VariableDiagnostics: Sendable, Equatable {
  public let name: String
  public let mean: Double
  /// Monte-Carlo standard error of ``mean``.
  public let meanError: Double?
  public let standardDeviation: Double
  /// Monte-Carlo standard error of ``standardDeviation``.
  public let standardDeviationError: Double?
  /// The 5 % quantile.
  public let lowerQuantile: Double
  public let median: Double
  /// The 95 % quantile.
  public let upperQuantile: Double
  public let bulkEffectiveSampleSize: Double?
  public let tailEffectiveSampleSize: Double?
  public let rHat: Double?
  /// Why the diagnostics are not defined; nil where they are.
  public let defect: TraceDefect?
}

extension Draws {
  /// The table of all variables, in their order.
  ///
  /// The figures are those that ``Trace`` has one by one, up to rounding. Variables are done in parallel, a few neighbours
  /// at a time, and the numbers are the same for any number of threads.
  ///
  /// - Complexity: O(S log S) a variable of S draws; each thread has room of some 20 MB, or 150 bytes a draw.
  public func diagnostics(on workers: Workers = .single) -> [VariableDiagnostics] {
    let plan = DiagnosticPlan(chainCount: chainCount, drawCount: drawCount)
    var lines = variableNames.map { VariableDiagnostics.blank($0) }
    let names = variableNames
    // Rows of many variables lie on a page each: a page that is touched should give many of them.
    let width = min(32, max(1, min(variableCount / 16, 1 << 21 / plan.count)))
    workers.mutateRows(of: lines.mutableSpan, rowLength: 1, rowsPerPiece: width) {
      variables, block in
      var block = block
      var gathered = [Double](repeating: 0, count: plan.count * variables.count)
      gather(variables, into: &gathered)
      var analysis = TraceAnalysis(Array(gathered[..<plan.count]), plan: plan)
      for (place, variable) in variables.enumerated() {
        if place > 0 { analysis.load(gathered[place * plan.count..<(place + 1) * plan.count]) }
        block[place] = analysis.diagnostics(named: names[variable])
      }
    }
    return lines
  }
}

extension Trace {
  /// All figures of the table at once.
  public func diagnostics(named name: String = "x") -> VariableDiagnostics {
    var analysis = analysis()
    return analysis.diagnostics(named: name)
  }
}

extension VariableDiagnostics {
  fileprivate static func blank(_ name: String) -> VariableDiagnostics {
    VariableDiagnostics(
      name: name, mean: .nan, meanError: nil, standardDeviation: .nan, standardDeviationError: nil,
      lowerQuantile: .nan, median: .nan, upperQuantile: .nan, bulkEffectiveSampleSize: nil,
      tailEffectiveSampleSize: nil, rHat: nil, defect: nil)
  }
}

extension TraceAnalysis {
  fileprivate mutating func diagnostics(named name: String) -> VariableDiagnostics {
    let times = times(
      of: [.scores, .below(0.05), .below(0.95), .values, .squaredDeviations])
    return VariableDiagnostics(
      name: name, mean: mean, meanError: standardErrorOfMean(times[3]),
      standardDeviation: standardDeviation,
      standardDeviationError: standardErrorOfDeviation(times[4]),
      lowerQuantile: quantile(0.05), median: quantile(0.5), upperQuantile: quantile(0.95),
      bulkEffectiveSampleSize: times[0]?.effectiveSampleSize,
      tailEffectiveSampleSize: Self.smaller(times[1...2]), rHat: rHat, defect: defect)
  }
}
