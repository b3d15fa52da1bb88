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
  /// What every draw of the run descends from.
  public var key: RandomKey

  public init(
    epochs: Int, batchSize: Int = 100, learningRate: Double, schedule: Schedule = .constant,
    regularizer: Regularizer = Regularizer(), binarization: Binarization = .none,
    largestParameter: Double = 1000, key: RandomKey
  ) {
    precondition(epochs > 0, "epochs must be positive, got \(epochs)")
    precondition(batchSize > 0, "the batch size must be positive, got \(batchSize)")
    precondition(
      learningRate > 0 && learningRate.isFinite,
      "the learning rate must be positive and finite, got \(learningRate)")
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.regularizer = regularizer
    self.binarization = binarization
    self.largestParameter = largestParameter
    self.key = key
  }

  /// The order of rows in an epoch.
  func rowOrder(epoch: Int, rowCount: Int) -> [Int] {
    var stream = RandomStream(key: key.folded("order").folded(UInt64(epoch)))
    return stream.permutation(count: rowCount)
  }

  /// Draws for rows that begin at a position of an epoch's order.
  func dataRandom(epoch: Int, position: Int) -> ChainRandom {
    ChainRandom(key: key.folded("data"), firstChain: position, step: epoch)
  }
}
