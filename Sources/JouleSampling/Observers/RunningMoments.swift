public import JouleTensor

/// Means and variances of what chains draw, chain by chain, without keeping a draw.
///
/// Reference: B. Welford, Note on a method for calculating corrected sums of squares and products,
/// Technometrics 4 (1962).
public struct RunningMoments: ChainObserver {
  public let observable: Observable
  /// Draws of each chain.
  public private(set) var drawCount = 0
  public private(set) var chainCount = 0
  /// `[chains, numbers]`
  private var means: [Double] = []
  /// Σ (x − mean)², `[chains, numbers]`
  private var squares: [Double] = []

  public init(_ observable: Observable = .variables) { self.observable = observable }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> RunningMoments {
    RunningMoments(observable)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let values = observable.values(of: rows)
    if drawCount == 0 {
      chainCount = values.shape[0]
      means = [Double](repeating: 0, count: values.count)
      squares = means
    }
    drawCount += 1
    Self.update(&means, &squares, by: values, count: drawCount)
  }

  private static func update(
    _ means: inout [Double], _ squares: inout [Double], by values: Tensor<Double>, count: Int
  ) {
    let share = 1 / Double(count)
    let source = values.elements.span
    var means = means.mutableSpan
    var squares = squares.mutableSpan
    precondition(
      source.count == means.count, "\(source.count) numbers, \(means.count) in the draw before")
    for index in source.indices {
      let value = source[index]
      let difference = value - means[index]
      let mean = means[index] + difference * share
      means[index] = mean
      squares[index] += difference * (value - mean)
    }
  }

  public mutating func merge(_ next: RunningMoments) {
    precondition(
      drawCount == next.drawCount, "chains of \(drawCount) and of \(next.drawCount) draws")
    means += next.means
    squares += next.squares
    chainCount += next.chainCount
  }
}

extension RunningMoments {
  private var width: Int { chainCount > 0 ? means.count / chainCount : 0 }

  /// The mean of each chain, `[chains, numbers]`.
  public var chainMeans: Tensor<Double> { Tensor(shape: [chainCount, width], elements: means) }

  /// The variance within each chain, with n − 1, `[chains, numbers]`; NaN of fewer than two draws.
  public var chainVariances: Tensor<Double> {
    Tensor(shape: [chainCount, width], elements: squares.map { $0 / Double(drawCount - 1) })
  }

  /// The mean over all draws of all chains, `[numbers]`.
  public var mean: Tensor<Double> { chainMeans.mean(along: 0) }

  /// The variance of all draws of all chains around their common mean, with n − 1, `[numbers]`.
  public var variance: Tensor<Double> {
    let within = Tensor(shape: [chainCount, width], elements: squares).sum(along: 0)
    let between = (chainMeans - mean).squared().sum(along: 0) * Double(drawCount)
    return (within + between) * (1 / Double(drawCount * chainCount - 1))
  }

  /// The classical R-hat of each number, `[numbers]`: the root of the variance that the chains have
  /// together over that within them. NaN with one chain, fewer than two draws, or constant chains.
  ///
  /// It costs nothing on the way; what to believe in the end is the rank-normalised one of
  /// JouleEvaluation. Reference: A. Gelman, D. Rubin, Statistical Science 7 (1992), eq. 20 without the
  /// factor of the degrees of freedom.
  public var rHat: Tensor<Double> {
    let n = Double(drawCount)
    let within = chainVariances.mean(along: 0)
    let between = chainMeans.variance(along: 0, correction: 1)
    return (between / within + (n - 1) / n).sqrt()
  }

  /// What the numbers are called.
  public var names: [String] { observable.names(count: width) }
}
