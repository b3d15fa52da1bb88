/// When side work of a run, such as scores and checkpoints, is due: every so many epochs where that is
/// asked for, else as often as keeps it to a share of the main work's time; after the last epoch always.
struct TimeBudget {
  /// Seconds of side work allowed for each second of main work.
  private let share: Double
  private let every: Int?
  private let lastEpoch: Int
  private var earned = 0.0
  private var spent = 0.0

  /// - Parameters:
  ///   - share: of the main work's time; scores and checkpoints together stay below 10 %.
  ///   - every: epochs between two pieces of side work; nil leaves it to the share.
  ///   - lastEpoch: the number of the run's last epoch.
  init(share: Double = 0.04, every: Int?, lastEpoch: Int) {
    self.share = share
    self.every = every
    self.lastEpoch = lastEpoch
  }

  /// Notes main work.
  mutating func earn(_ seconds: Double) { earned += seconds * share }

  /// Whether side work is due at the end of an epoch, the first being number 1. Within the share it is
  /// due at once, so that the first epoch is scored and saved.
  func isDue(after epoch: Int) -> Bool {
    if epoch == lastEpoch { return true }
    return every.map { epoch.isMultiple(of: $0) } ?? (spent <= earned)
  }

  /// Does side work and notes its time.
  mutating func spending(_ body: () throws -> Void) rethrows {
    let begin = ContinuousClock.now
    try body()
    spent += (ContinuousClock.now - begin) / .seconds(1)
  }
}
