public import JouleAlgebra
public import JouleCore

/// The exact partition function of a model that can be enumerated.
///
///     log Z = log Σ_s exp(log p*(s)),   2^`enumeratedBitCount` states, blocks of them through the
///     model's products, summed in Double
public enum ExactPartition {
  /// The most variables that are enumerated: 2²⁵ states are summed in seconds where the
  /// model has a quick way, in minutes elsewhere.
  public static let largestBitCount = 25

  /// log Z, in nats.
  ///
  /// - Parameters:
  ///   - workers: the result does not depend on their number.
  ///   - progress: called now and then with the fraction done.
  /// - Precondition: the model enumerates at most ``largestBitCount`` variables.
  public static func logPartition<Model: EnumerableModel>(
    of model: Model, on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) -> Double {
    precondition(
      model.enumeratedBitCount <= largestBitCount,
      "2^\(model.enumeratedBitCount) states are too many: 2^\(largestBitCount) at most")
    let stateCount = 1 << model.enumeratedBitCount
    let blockSize = model.enumeratedBlockSize
    let blockCount = (stateCount + blockSize - 1) / blockSize
    var total = LogSum()
    // Rounds of blocks bound the memory and let progress be shown.
    let blocksPerRound = 64
    for firstBlock in stride(from: 0, to: blockCount, by: blocksPerRound) {
      var sums = [Double](
        repeating: 0, count: Swift.min(blocksPerRound, blockCount - firstBlock))
      workers.mutateEach(&sums) { index, sum in
        let first = (firstBlock + index) * blockSize
        let weights = model.enumeratedLogWeights(
          first..<Swift.min(first + blockSize, stateCount))
        sum = VectorKernels.best.logSumExp(weights.span)
      }
      for sum in sums { total.add(sum) }
      progress(Double(Swift.min(firstBlock + blocksPerRound, blockCount)) / Double(blockCount))
    }
    return total.value
  }
}
