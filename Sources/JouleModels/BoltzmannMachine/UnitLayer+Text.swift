/// Reading layers from text, as files and options say them.
extension UnitLayer {
  /// The kinds that text may name, and how.
  public static let kindsInWords =
    "bernoulli:N, spin:N, potts:NxQ, gaussian:N, standard-gaussian:N, binomial:NxK, stepped:NxK, relu:N, "
    + "drelu:N, truncated-exponential:N, joined by +"

  /// A layer from its text: `gaussian:4+potts:3x5+bernoulli:10`; the inverse of ``text``.
  ///
  /// - Throws: ``UnitTextError`` for a kind that there is not, or a size that cannot be.
  public init(parsing text: String) throws(UnitTextError) {
    var groups: [any Units] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
      guard pieces.count == 2 else { throw UnitTextError(part: String(part), reason: .form) }
      let sizes = pieces[1].split(separator: "x", omittingEmptySubsequences: false).map {
        Int($0) ?? 0
      }
      guard sizes.count <= 2, sizes.allSatisfy({ $0 > 0 && $0 < 1 << 24 }) else {
        throw UnitTextError(part: String(part), reason: .size)
      }
      groups.append(
        try Self.group(String(pieces[0]), sizes[0], sizes.dropFirst().first, part: String(part)))
    }
    self.init(groups)
  }

  private static func group(
    _ kind: String, _ count: Int, _ second: Int?, part: String
  ) throws(UnitTextError) -> any Units {
    switch (kind, second) {
    case (BernoulliUnits.kind, nil): return BernoulliUnits(count)
    case (SpinUnits.kind, nil): return SpinUnits(count)
    case (GaussianUnits.kind, nil): return GaussianUnits(count)
    case ("standard-gaussian", nil): return GaussianUnits(count, learnsVariance: false)
    case (RectifiedUnits.kind, nil): return RectifiedUnits(count)
    case (DoubleRectifiedUnits.kind, nil): return DoubleRectifiedUnits(count)
    case (TruncatedExponentialUnits.kind, nil): return TruncatedExponentialUnits(count)
    case (PottsUnits.kind, .some(let states)):
      guard (2...100_000).contains(states) else { throw UnitTextError(part: part, reason: .states) }
      return PottsUnits(count, states: states)
    default:
      guard let weights = CountUnits.Weights(rawValue: kind), let largest = second else {
        throw UnitTextError(part: part, reason: .kind)
      }
      guard largest <= 1000 else { throw UnitTextError(part: part, reason: .largest) }
      return CountUnits(count, largest: largest, weights: weights)
    }
  }
}

/// Text that names no layer.
public struct UnitTextError: Error, Equatable, CustomStringConvertible {
  enum Reason { case form, size, kind, states, largest }
  let part: String
  let reason: Reason

  public var description: String {
    let what =
      switch reason {
      case .form: "is not of the form kind:size"
      case .size: "has a size that is no positive whole number"
      case .kind: "is no kind of unit with that form of size"
      case .states: "has less than 2 states or more than 100,000"
      case .largest: "counts beyond 1,000"
      }
    return "'\(part)' \(what); units are \(UnitLayer.kindsInWords)"
  }
}
