public import JouleAlgebra
import RealModule

/// Where the observations of a family of one variable lie.
public enum UnivariateSupport: Sendable, Equatable {
  /// Whole numbers from the first to the last, both included; nil is without end.
  case integers(from: Int, through: Int?)
  /// Real numbers strictly between two bounds, which may be infinite.
  case interval(Double, Double)

  /// Whether sums, not integrals, normalise.
  public var isDiscrete: Bool {
    if case .integers = self { return true }
    return false
  }

  public func contains(_ x: Double) -> Bool {
    switch self {
    case .integers(let first, let last):
      x == x.rounded() && x >= Double(first)
        && x <= last.map(Double.init) ?? .greatestFiniteMagnitude
    case .interval(let low, let high): x > low && x < high
    }
  }

  /// What a number in it is, for messages.
  public var requirement: String {
    switch self {
    case .integers(let first, nil): "a whole number from \(first) on"
    case .integers(let first, let last?): "a whole number from \(first) to \(last)"
    case .interval(let low, let high):
      switch (low.isFinite, high.isFinite) {
      case (true, true): "a number strictly between \(low) and \(high)"
      case (true, false): "a number above \(low)"
      case (false, true): "a number below \(high)"
      case (false, false): "a finite number"
      }
    }
  }
}

/// An exponential family of one variable.
public protocol UnivariateFamily: ExponentialFamily {
  var support: UnivariateSupport { get }

  /// T(x).
  func statistics(of x: Double) -> [Double]

  /// log h(x).
  func logBaseMeasure(of x: Double) -> Double

  /// P(X ≤ x) and P(X > x). By default of a discrete family by summation from the first value on.
  func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair
}

extension UnivariateFamily {
  public var variableCount: Int { 1 }

  public func statistics(of x: Span<Double>) -> [Double] { statistics(of: x[0]) }
  public func logBaseMeasure(of x: Span<Double>) -> Double { logBaseMeasure(of: x[0]) }
  public func requirement(brokenBy x: Span<Double>) -> String? {
    support.contains(x[0]) ? nil : support.requirement
  }

  /// log p(x) of one number in the support.
  public func logDensity(of x: Double, at parameters: NaturalParameters) -> Double {
    parameters.dot(statistics(of: x)) + logBaseMeasure(of: x) - logPartition(at: parameters)
  }
}

extension UnivariateFamily where Self: UniformBaseMeasure {
  public func logBaseMeasure(of x: Double) -> Double { 0 }
  public func logBaseMeasure(of x: Span<Double>) -> Double { 0 }
}

/// A family of one variable whose values are whole numbers.
public protocol CountFamily: UnivariateFamily {}

extension CountFamily {
  /// Σ p(x) f(x) over the support, until the tail is lost in rounding.
  ///
  /// - Complexity: as many terms as there are values of noticeable probability.
  func sum(at parameters: NaturalParameters, _ function: (Double) -> Double) -> Double {
    guard case .integers(let first, let last) = support else { return .nan }
    let logPartition = logPartition(at: parameters)
    var (sum, mass, previous) = (0.0, 0.0, 0.0)
    var x = Double(first)
    while x <= last.map(Double.init) ?? .infinity {
      let p = Double.exp(
        parameters.dot(statistics(of: x)) + logBaseMeasure(of: x) - logPartition)
      let term = p * function(x)
      sum += term
      mass += p
      // Past the mode the terms of an infinite support fall geometrically at least.
      if last == nil, p < previous, mass > 0.5, abs(term) < 1e-20 * abs(sum), p < 1e-20 { break }
      previous = p
      x += 1
      if !p.isFinite { return .nan }
    }
    return sum
  }

  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? {
    sum(at: parameters) { logBaseMeasure(of: $0) }
  }

  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let lower = sum(at: parameters) { $0 <= x ? 1 : 0 }
    return ProbabilityPair(lower: lower, upper: sum(at: parameters) { $0 > x ? 1 : 0 })
  }
}

extension CountFamily where Self: UniformBaseMeasure {
  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? { 0 }
}
