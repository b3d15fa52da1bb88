public import JouleTensor

/// Autocorrelations of what chains draw, up to a lag, without keeping more draws than that.
///
///     ρ_k = Σ over chains of c_k / Σ over chains of c_0,   c_k = (1/n) Σ_t (x_t − m)(x_{t−k} − m)
///
/// with m the mean of the chain. Chains are not compared with each other: that is R-hat's part.
///
/// Reference: C. Geyer, Practical Markov chain Monte Carlo, Statistical Science 7 (1992), §3.3, for where
/// the sum of the integrated time ends.
public struct RunningAutocorrelation: ChainObserver {
  public let observable: Observable
  /// The largest lag.
  public let lagCount: Int
  /// Draws of each chain.
  public private(set) var drawCount = 0
  private var chainCount = 0
  private var width = 0
  // All `[chain, number]`, and values less the first draw, so that sums of products lose nothing.
  private var origin: [Double] = []
  private var sums: [Double] = []
  /// Σ_t x_t x_{t−k}, lag after lag.
  private var products: [[Double]] = []
  /// The first `lagCount` draws, and the last ones as a ring.
  private var first: [[Double]] = []
  private var last: [[Double]] = []

  /// - Parameter lags: the largest lag, at least 1: some ten times the integrated time that is expected.
  public init(_ observable: Observable = .variables, lags: Int = 100) {
    precondition(lags > 0, "autocorrelations are taken up to a lag of at least 1, got \(lags)")
    self.observable = observable
    lagCount = lags
  }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> RunningAutocorrelation {
    RunningAutocorrelation(observable, lags: lagCount)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let observed = observable.values(of: rows)
    var values = observed.elements
    if drawCount == 0 {
      (chainCount, width) = (observed.shape[0], observed.shape[1])
      origin = values
      sums = [Double](repeating: 0, count: values.count)
      products = [[Double]](repeating: sums, count: lagCount + 1)
    }
    for index in values.indices {
      values[index] -= origin[index]
      sums[index] += values[index]
    }
    for lag in 0...min(lagCount, drawCount) {
      let earlier = lag == 0 ? values : last[(drawCount - lag) % lagCount]
      for index in values.indices { products[lag][index] += values[index] * earlier[index] }
    }
    if first.count < lagCount { first.append(values) }
    if last.count < lagCount {
      last.append(values)
    } else {
      last[drawCount % lagCount] = values
    }
    drawCount += 1
  }

  public mutating func merge(_ next: RunningAutocorrelation) {
    precondition(
      drawCount == next.drawCount, "chains of \(drawCount) and of \(next.drawCount) draws")
    origin += next.origin
    sums += next.sums
    for lag in products.indices { products[lag] += next.products[lag] }
    for index in first.indices { first[index] += next.first[index] }
    for index in last.indices { last[index] += next.last[index] }
    chainCount += next.chainCount
  }
}

extension RunningAutocorrelation {
  /// ρ_0 … ρ_lags of each number, `[lags + 1, numbers]`; up to one less than the draws, and NaN of a
  /// number that never changed.
  public var autocorrelations: Tensor<Double> {
    let lags = min(lagCount, max(0, drawCount - 1))
    var result = Tensor<Double>(zeros: [lags + 1, width])
    guard drawCount > 0 else { return result }
    // Sums over the draws that have a partner k later, and k earlier.
    var (head, tail) = (sums.map { _ in 0.0 }, sums.map { _ in 0.0 })
    for lag in 0...lags {
      if lag > 0 {
        let (early, late) = (first[lag - 1], last[(drawCount - lag) % lagCount])
        for index in sums.indices {
          head[index] += early[index]
          tail[index] += late[index]
        }
      }
      for index in sums.indices {
        let mean = sums[index] / Double(drawCount)
        let cross = (sums[index] - head[index]) + (sums[index] - tail[index])
        let covariance =
          products[lag][index] - mean * cross + Double(drawCount - lag) * mean * mean
        result[lag, index % width] += covariance / Double(drawCount)
      }
    }
    let variances = result.row(0)
    return result / variances
  }

  /// τ = 1 + 2 Σ_k ρ_k of each number, by Geyer's initial monotone sequence; nil where the sum has not
  /// come to its end within the lags, or the number never changed. Draws are worth 1/τ independent ones.
  public var integratedTimes: [Double?] {
    let correlations = autocorrelations
    return (0..<width).map { number in
      var sum = 0.0
      var smallest = Double.infinity
      for lag in stride(from: 0, to: correlations.shape[0] - 1, by: 2) {
        let pair = correlations[lag, number] + correlations[lag + 1, number]
        guard !pair.isNaN else { return nil }
        // ρ₀ counts once, all others twice.
        guard pair > 0 else { return max(2 * sum - 1, 1 / Double(max(1, drawCount))) }
        smallest = min(smallest, pair)
        sum += smallest
      }
      return nil
    }
  }
}
