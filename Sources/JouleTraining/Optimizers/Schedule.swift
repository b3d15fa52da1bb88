import RealModule

/// How the learning rate changes over a run.
///
/// Progress p runs from 0 at the first update to 1 at the last.
public enum Schedule: Sendable, Equatable {
  /// r
  case constant
  /// r (1 − (1 − f) p): from r to f·r.
  case linear(to: Double)
  /// r f^p: from r to f·r, equal factors in equal times.
  case exponential(to: Double)
  /// r / (1 + (1/f − 1) p): from r to f·r as the inverse of time.
  case inverseTime(to: Double)

  /// The learning rate at a point of the run.
  ///
  /// - Parameters:
  ///   - base: r.
  ///   - progress: p, in [0, 1].
  public func rate(base: Double, progress: Double) -> Double {
    switch self {
    case .constant: base
    case .linear(let end): base * (1 - (1 - end) * progress)
    case .exponential(let end): base * Double.pow(end, progress)
    case .inverseTime(let end): base / (1 + (1 / end - 1) * progress)
    }
  }
}
