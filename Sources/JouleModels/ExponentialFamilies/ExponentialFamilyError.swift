/// Why there is no such member of an exponential family, or none that fits.
public enum ExponentialFamilyError: Error, Equatable, CustomStringConvertible {
  /// Parameters outside the family's domain.
  case parameters(family: String, requirement: String)
  /// An observation outside the support. Rows count from 0.
  case observation(family: String, row: Int, found: [Double], requirement: String)
  /// A weight that is negative, infinite or NaN, or weights without a positive sum.
  case weights(String)
  /// Moments that no member has: on the boundary of the possible ones.
  case boundary(family: String, reason: String)
  /// Moments that no distribution has, with the proof.
  case infeasible(SeparatingDirection, names: [String])
  /// Newton's method stopped short of the moments.
  case notConverged(family: String, NewtonCertificate)

  public var description: String {
    switch self {
    case .parameters(let family, let requirement): "\(family) distribution: \(requirement)"
    case .observation(let family, let row, let found, let requirement):
      "row \(row + 1) is outside the support of the \(family) distribution: found "
        + "\(found.count == 1 ? "\(found[0])" : "\(found)"), expected \(requirement)"
    case .weights(let reason): "weights: \(reason)"
    case .boundary(let family, let reason):
      "\(family) distribution: no best parameters exist, as \(reason)"
    case .infeasible(let direction, let names):
      "no distribution has these moments: \(direction.statement(names))"
    case .notConverged(let family, let certificate):
      "\(family) distribution: Newton's method stopped short after \(certificate.iterations) steps, "
        + "with moments off by \(certificate.gradientNorm) and a decrement of \(certificate.decrement)"
    }
  }
}

/// A proof that moments lie outside, or on the boundary, of what distributions can have.
///
///     v·T(x) ≤ v·α − margin   for every x,  so  v·E[T] ≤ v·α − margin
///
/// With a margin above 0 no distribution has E[T] = α. With a margin of 0 the only ones live where the
/// equality holds.
public struct SeparatingDirection: Sendable, Equatable {
  /// v.
  public let direction: [Double]
  /// v·α, which the moments would need.
  public let target: Double
  /// The largest v·T(x).
  public let reach: Double

  public init(direction: [Double], target: Double, reach: Double) {
    self.direction = direction
    self.target = target
    self.reach = reach
  }

  /// v·α − max v·T(x).
  public var margin: Double { target - reach }

  /// The proof in words, such as "x + 2 x² is at most 3 everywhere, and its mean should be 4".
  public func statement(_ names: [String]) -> String {
    let terms = zip(direction, names).filter { $0.0 != 0 }.map { coefficient, name -> String in
      let factor = abs(coefficient) == 1 ? "" : "\(abs(coefficient))·"
      return (coefficient < 0 ? "− " : "+ ") + factor + name
    }
    var sum = terms.joined(separator: " ")
    if sum.hasPrefix("+ ") { sum.removeFirst(2) }
    return "\(sum) is at most \(reach) everywhere, and its mean should be \(target)"
  }
}
