/// Keeps side work to a share of the main work's time.
struct TimeBudget {
  /// Seconds of side work allowed for each second of main work.
  let share: Double
  private var earned = 0.0
  private var spent = 0.0

  init(share: Double) { self.share = share }

  /// Notes main work.
  mutating func earn(_ seconds: Double) { earned += seconds * share }

  /// Whether side work is within its share; it is at first.
  var isLeft: Bool { spent <= earned }

  /// Does side work and notes its time.
  mutating func spending(_ body: () throws -> Void) rethrows {
    let begin = ContinuousClock.now
    try body()
    spent += (ContinuousClock.now - begin) / .seconds(1)
  }
}
