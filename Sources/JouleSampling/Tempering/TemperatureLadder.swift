import RealModule

/// Inverse temperatures in ascending order, at least two: the rungs of parallel tempering, the stations
/// of annealing.
///
///     0 ≤ β₀ < β₁ < … < βₙ
///
/// The last is the coldest: the distribution of interest, usually at β = 1.
public struct TemperatureLadder: Sendable, Equatable {
  public let betas: [Double]

  /// The number of temperatures.
  public var count: Int { betas.count }

  /// - Throws: for fewer than two temperatures, for one that is NaN, infinite or negative, and where
  ///   they do not ascend.
  public init(_ betas: [Double]) throws(LadderError) {
    guard betas.count > 1 else { throw .tooFew(betas.count) }
    for (index, beta) in betas.enumerated() {
      guard beta.isFinite, beta >= 0 else { throw .notATemperature(index: index, beta) }
      guard index == 0 || betas[index - 1] < beta else {
        throw .notAscending(index: index, betas[index - 1], beta)
      }
    }
    self.betas = betas
  }

  /// Equally spaced temperatures.
  public static func linear(
    from first: Double = 0, to last: Double = 1, count: Int
  ) throws(LadderError) -> TemperatureLadder {
    try spaced(count) { first + (last - first) * $0 }
  }

  /// Temperatures of a constant ratio: right where the energy fluctuates in proportion to temperature,
  /// as that of a Gaussian does.
  ///
  /// - Parameter first: above zero.
  public static func geometric(
    from first: Double, to last: Double = 1, count: Int
  ) throws(LadderError) -> TemperatureLadder {
    guard first > 0 else { throw .notATemperature(index: 0, first) }
    return try spaced(count) { $0 == 1 ? last : first * Double.pow(last / first, $0) }
  }

  /// Temperatures at equal steps of t in [0, 1].
  public static func spaced(
    _ count: Int, _ beta: (_ t: Double) -> Double
  ) throws(LadderError) -> TemperatureLadder {
    guard count > 1 else { throw .tooFew(count) }
    return try TemperatureLadder((0..<count).map { beta(Double($0) / Double(count - 1)) })
  }

  /// Temperatures between the same ends that share a cost equally.
  ///
  /// The cost up to β is interpolated monotonically (Fritsch and Carlson 1980) from those of the
  /// intervals, and cut in equal parts: with the rates of rejection of swaps it is the communication
  /// barrier of Syed et al., arXiv:1905.02939, §5.1 and algorithm 2; with √ of the variance of log
  /// weights it is thermodynamic length.
  ///
  /// - Parameters:
  ///   - costs: of every interval, `count − 1` of them, finite and not negative.
  ///   - count: of temperatures of the new ladder; nil keeps it.
  public func sharing(_ costs: [Double], count newCount: Int? = nil) -> TemperatureLadder {
    precondition(
      costs.count == count - 1 && costs.allSatisfy { $0 >= 0 && $0.isFinite },
      "\(count) temperatures have \(count - 1) intervals with costs ≥ 0, got \(costs)")
    let newCount = newCount ?? count
    precondition(newCount > 1, "a ladder has at least 2 temperatures, got \(newCount)")
    let mean = costs.reduce(0, +) / Double(costs.count)
    // Where there is no cost at all a little keeps the cost up to β rising, so that it has an inverse.
    let least = mean > 0 ? 1e-3 * mean : 1
    var sums = [0.0]
    for cost in costs { sums.append(sums[sums.count - 1] + max(cost, least)) }
    let curve = MonotoneCurve(sums, betas)
    let total = sums[sums.count - 1]
    var result = [betas[0]]
    for index in 1..<newCount - 1 {
      result.append(curve.value(at: total * Double(index) / Double(newCount - 1)))
    }
    result.append(betas[count - 1])
    return TemperatureLadder(ascending: result)
  }

  /// From 0 to 1 in equal intervals.
  package static func equallySpaced(intervals: Int) -> TemperatureLadder {
    precondition(intervals > 0, "a ladder has at least 1 interval, got \(intervals)")
    return TemperatureLadder(ascending: (0...intervals).map { Double($0) / Double(intervals) })
  }

  /// Some of the temperatures.
  package func picking(_ indices: [Int]) -> TemperatureLadder {
    TemperatureLadder(ascending: indices.map { betas[$0] })
  }

  private init(ascending betas: [Double]) {
    precondition(
      zip(betas, betas.dropFirst()).allSatisfy { $0 < $1 },
      "temperatures too close to tell apart: \(betas)")
    self.betas = betas
  }
}

/// What is wrong with a ladder of temperatures.
public enum LadderError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooFew(Int)
  case notATemperature(index: Int, Double)
  case notAscending(index: Int, Double, Double)
  /// Annealing goes from 0 to 1; these are the ends that were given.
  case doesNotSpanThePath(Double, Double)

  public var description: String {
    switch self {
    case .tooFew(let count):
      "a ladder has at least 2 temperatures, got \(count)"
    case .notATemperature(let index, let beta):
      "temperature \(index) of the ladder has beta \(beta): expected a finite number, not negative"
        + (beta == 0 ? ", and above zero in a geometric ladder" : "")
    case .notAscending(let index, let previous, let beta):
      "the betas of a ladder ascend: number \(index) is \(beta), after \(previous)"
    case .doesNotSpanThePath(let first, let last):
      "annealing goes from beta 0 to beta 1, the ladder from \(first) to \(last)"
    }
  }
}
