import RealModule

/// The inverse temperatures of simulated annealing, one a step.
public struct CoolingSchedule: Sendable, Equatable {
  public let betas: [Double]

  /// Any temperatures, in any order: reheating is allowed.
  ///
  /// - Throws: for none, and for one that is NaN, infinite or negative.
  public init(_ betas: [Double]) throws(LadderError) {
    guard !betas.isEmpty else { throw .tooFew(0) }
    for (index, beta) in betas.enumerated() where !beta.isFinite || beta < 0 {
      throw .notATemperature(index: index, beta)
    }
    self.betas = betas
  }

  /// β rises by a constant factor: the temperature falls exponentially. The usual choice.
  public static func geometric(
    from first: Double, to last: Double, steps: Int
  ) throws(LadderError) -> CoolingSchedule {
    guard first > 0 else { throw .notATemperature(index: 0, first) }
    return try spaced(steps) { $0 == 1 ? last : first * Double.pow(last / first, $0) }
  }

  /// β rises by equal steps.
  public static func linear(
    from first: Double, to last: Double, steps: Int
  ) throws(LadderError) -> CoolingSchedule {
    try spaced(steps) { first + (last - first) * $0 }
  }

  /// β_k = log(k + 2) / c: slow enough to find the minimum with certainty, in infinite time, where c is at
  /// least the depth of the deepest local minimum that is not global.
  ///
  /// Reference: B. Hajek, Cooling schedules for optimal annealing, Mathematics of Operations Research 13
  /// (1988), theorem 1.
  public static func logarithmic(
    depth: Double, steps: Int
  ) throws(LadderError) -> CoolingSchedule {
    guard steps > 0 else { throw .tooFew(steps) }
    return try CoolingSchedule((0..<steps).map { Double.log(Double($0 + 2)) / depth })
  }

  private static func spaced(
    _ steps: Int, _ beta: (Double) -> Double
  ) throws(LadderError) -> CoolingSchedule {
    guard steps > 1 else { throw .tooFew(steps) }
    return try CoolingSchedule((0..<steps).map { beta(Double($0) / Double(steps - 1)) })
  }
}
