/// How often something happened in independent trials, with its 95 % interval.
///
/// The interval is Wilson's: all rates p from which the observed one is less than 1.96 standard errors away,
/// √(p(1−p)/n) being the standard error of p itself. It stays inside [0, 1] and is right for rates near 0.
///
/// Reference: E. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
public struct Proportion: Sendable, Equatable, Codable {
  public let count: Int
  public let trials: Int
  public let value: Double
  public let lower: Double
  public let upper: Double

  /// - Precondition: at least one trial, and no more events than trials.
  public init(_ count: Int, of trials: Int) {
    precondition(
      trials > 0 && (0...trials).contains(count),
      "a proportion needs trials, and no more events than those, got \(count) of \(trials)")
    let z = 1.959_963_984_540_054
    let (n, rate) = (Double(trials), Double(count) / Double(trials))
    let center = (rate + z * z / (2 * n)) / (1 + z * z / n)
    let reach =
      z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
    self.count = count
    self.trials = trials
    value = rate
    // At the ends the formula gives 0 and 1 but for rounding.
    lower = count == 0 ? 0 : center - reach
    upper = count == trials ? 1 : center + reach
  }
}
