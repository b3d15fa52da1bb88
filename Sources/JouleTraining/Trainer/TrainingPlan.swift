public import JouleCore
public import JouleRandom

/// How long, how fast and in what order a model is trained.
public struct TrainingPlan: Sendable, Equatable {
  /// Passes over the data.
  public var epochs: Int
  /// Rows an update.
  public var batchSize: Int
  /// The learning rate at the start.
  public var learningRate: Double
  public var schedule: Schedule
  public var regularizer: Regularizer
  public var binarization: Binarization
  /// Divergence is declared when any parameter's magnitude passes this.
  public var largestParameter: Double
  /// The longest gradient that is followed in full; nil follows any.
  ///
  ///     g ← g · min(1, c / |g|),   |g| over all parameters together
  public var largestGradient: Double?
  /// d of the moving average over the parameters that updates arrive at; nil keeps none.
  ///
  ///     a ← d a + (1 − d) θ,   averaged model: a / (1 − dᵗ) after t updates
  public var averaging: Double?
  /// What to do about divergence; nil ends the run with the error.
  public var recovery: Recovery?
  /// What every draw of the run descends from.
  public var key: RandomKey

  public init(
    epochs: Int, batchSize: Int = 100, learningRate: Double, schedule: Schedule = .constant,
    regularizer: Regularizer = Regularizer(), binarization: Binarization = .none,
    largestParameter: Double = 1000, largestGradient: Double? = nil, averaging: Double? = nil,
    recovery: Recovery? = nil, key: RandomKey
  ) {
    precondition(epochs > 0, "epochs must be positive, got \(epochs)")
    precondition(batchSize > 0, "the batch size must be positive, got \(batchSize)")
    precondition(
      learningRate > 0 && learningRate.isFinite,
      "the learning rate must be positive and finite, got \(learningRate)")
    precondition(
      largestGradient.map { $0 > 0 } ?? true,
      "the largest gradient must be positive, got \(largestGradient ?? 0)")
    precondition(
      averaging.map { $0 > 0 && $0 < 1 } ?? true,
      "the decay of an average lies in (0, 1), got \(averaging ?? 0)")
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.regularizer = regularizer
    self.binarization = binarization
    self.largestParameter = largestParameter
    self.largestGradient = largestGradient
    self.averaging = averaging
    self.recovery = recovery
    self.key = key
  }

  /// The order of rows in an epoch.
  func rowOrder(epoch: Int, of data: Dataset) -> [Int] {
    var stream = RandomStream(key: key.folded("order").folded(UInt64(epoch)))
    return data.rowOrder(using: &stream)
  }

  /// Draws for rows that begin at a position of an epoch's order.
  func dataRandom(epoch: Int, position: Int) -> ChainRandom {
    ChainRandom(key: key.folded("data"), firstChain: position, step: epoch)
  }
}

/// How a run that diverges goes on: from the last epoch's beginning, with smaller steps.
///
/// The draws are the same as before; the smaller rate holds until the end of the run. Every such return is
/// announced to the observers, as ``TrainingEvent/returned(because:rateFactor:)``.
public struct Recovery: Sendable, Equatable {
  /// Returns in a run; the next divergence ends it.
  public var attempts: Int
  /// What the learning rate is multiplied by, each time.
  public var rateFactor: Double

  /// - Parameters:
  ///   - attempts: at least 1.
  ///   - rateFactor: in (0, 1).
  public init(attempts: Int = 3, rateFactor: Double = 0.5) {
    precondition(attempts > 0, "a recovery has at least 1 attempt, got \(attempts)")
    precondition(
      rateFactor > 0 && rateFactor < 1, "the rate's factor lies in (0, 1), got \(rateFactor)")
    self.attempts = attempts
    self.rateFactor = rateFactor
  }
}
