public import JouleTensor

/// Quantiles of what chains draw, all chains together, in bounded room.
///
/// Accuracy as of `QuantileDigest`: the error in rank is below the Monte-Carlo error of 10,000 independent
/// draws.
public struct RunningQuantiles: ChainObserver {
  public let observable: Observable
  private var digests: [QuantileDigest] = []

  public init(_ observable: Observable = .variables) { self.observable = observable }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> RunningQuantiles {
    RunningQuantiles(observable)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let values = observable.values(of: rows)
    let width = values.shape[1]
    if digests.isEmpty { digests = [QuantileDigest](repeating: QuantileDigest(), count: width) }
    let numbers = values.elements
    for (index, number) in numbers.enumerated() { digests[index % width].add(number) }
  }

  public mutating func merge(_ next: RunningQuantiles) {
    for (index, digest) in next.digests.enumerated() { digests[index].add(digest) }
  }

  /// A quantile of each number.
  ///
  /// - Parameter probability: in [0, 1].
  public func quantile(_ probability: Double) -> [Double] {
    digests.map { $0.quantile(probability) }
  }

  /// What the numbers are called.
  public var names: [String] { observable.names(count: digests.count) }
}
