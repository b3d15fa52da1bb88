/// How the steps of a warm-up are divided.
///
/// At first only the step size adapts, while the chains find where the mass is; then come windows, each twice
/// as long as the one before, whose draws give the mass for the next; at last the step size settles.
///
/// Reference: Stan Reference Manual, "HMC algorithm parameters", automatic parameter tuning: 75, 25 and 50 steps, the
/// last window taking what is left.
public struct WarmUpSchedule: Sendable, Equatable {
  /// Steps before the windows.
  public let initial: Int
  /// Lengths of the windows that estimate the mass.
  public let windows: [Int]
  /// Steps after them.
  public let final: Int

  /// All steps.
  public var steps: Int { windows.reduce(initial + final, +) }

  /// Stan's division: below 150 steps 15, 75 and 10 percent, below 20 no window.
  ///
  /// - Parameter steps: not negative.
  public init(steps: Int) {
    precondition(steps >= 0, "a warm-up has a number of steps, got \(steps)")
    if steps < 20 {
      (initial, windows, final) = (steps, [], 0)
    } else if steps < 150 {
      let (first, last) = (steps * 15 / 100, steps / 10)
      (initial, windows, final) = (first, [steps - first - last], last)
    } else {
      (initial, final) = (75, 50)
      windows = Self.doubling(from: 25, total: steps - 125)
    }
  }

  /// Lengths that double; the last is longer where another one would not fit.
  private static func doubling(from first: Int, total: Int) -> [Int] {
    var lengths = [first]
    var (length, rest) = (first, total - first)
    while rest > 0 {
      length *= 2
      let next = 3 * length > rest ? rest : length
      lengths.append(next)
      rest -= next
    }
    return lengths
  }

  /// The number of steps after which each window ends.
  public var windowEnds: [Int] {
    var end = initial
    return windows.map {
      end += $0
      return end
    }
  }
}
