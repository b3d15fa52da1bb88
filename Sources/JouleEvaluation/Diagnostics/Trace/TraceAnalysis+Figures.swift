import JouleAlgebra

extension TraceAnalysis {
  // MARK: R-hat

  var rHat: Double? {
    mutating get {
      guard defect == nil else { return nil }
      rank()
      let location = rHatOfScores
      rankFolded()
      guard let location, let scale = rHatOfScores else { return nil }
      return max(location, scale)
    }
  }

  private var rHatOfScores: Double? {
    Self.isConstant(scores.span) ? nil : rHat(of: rowMoments(scores.span))
  }

  var splitRHat: Double? {
    guard defect == nil else { return nil }
    let centered = split.map { $0 - mean }
    return rHat(of: rowMoments(centered.span))
  }

  /// Means and variances of every row.
  private struct Moments {
    var means: [Double]
    var variances: [Double]
  }

  private func rowMoments(_ rows: Span<Double>) -> Moments {
    let means = rowMeans(rows)
    let variances = means.indices.map { row in
      VectorKernels.best.sumOfSquares(
        rows.extracting(row * plan.half..<(row + 1) * plan.half), around: means[row])
        / Double(plan.half - 1)
    }
    return Moments(means: means, variances: variances)
  }

  func rowMeans(_ rows: Span<Double>) -> [Double] {
    (0..<plan.rowCount).map { row in
      VectorKernels.best.sum(rows.extracting(row * plan.half..<(row + 1) * plan.half))
        / Double(plan.half)
    }
  }

  private func rHat(of moments: Moments) -> Double? {
    let n = Double(plan.half)
    let between = n * Self.variance(moments.means)
    let within = moments.variances.reduce(0, +) / Double(plan.rowCount)
    let rHat = ((between / within + n - 1) / n).squareRoot()
    return rHat.isNaN ? nil : rHat
  }

  /// Unbiased; NaN of one value.
  static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  // MARK: Effective sample sizes

  /// A function of the draws whose mean is estimated.
  enum Quantity {
    case values
    case absoluteDeviations
    case squaredDeviations
    /// Normal scores of the ranks.
    case scores
    /// Whether a draw is at or below a quantile.
    case below(Double)
  }

  /// Autocorrelation times of quantities; nil of one that is not defined.
  mutating func times(of wanted: [Quantity]) -> [InitialSequence?] {
    var result = [InitialSequence?](repeating: nil, count: wanted.count)
    guard defect == nil, plan.half >= 3 else { return result }
    quantities.removeAll(keepingCapacity: true)
    var defined: [Int] = []
    for (place, quantity) in wanted.enumerated() {
      append(quantity)
      let start = quantities.count - plan.splitCount
      if Self.isConstant(quantities.span.extracting(start..<quantities.count)) {
        quantities.removeLast(plan.splitCount)
      } else {
        defined.append(place)
      }
    }
    if defined.isEmpty { return result }
    let means = defined.indices.flatMap {
      rowMeans(quantities.span.extracting($0 * plan.splitCount..<($0 + 1) * plan.splitCount))
    }
    let sums = autocovariances.means(of: quantities, means: means, setCount: defined.count)
    let lagCount = autocovariances.lagCount
    for (set, place) in defined.enumerated() {
      let rowMeans = Array(means[set * plan.rowCount..<(set + 1) * plan.rowCount])
      let variance = plan.rowCount > 1 ? Self.variance(rowMeans) : 0
      let few = sums.span.extracting(set * lagCount..<(set + 1) * lagCount)
      result[place] = time(few, variance) ?? time(allLags(of: set, rowMeans).span, variance)
    }
    return result
  }

  private func time(_ sums: Span<Double>, _ varianceOfMeans: Double) -> InitialSequence? {
    InitialSequence(
      autocovariances: sums, varianceOfMeans: varianceOfMeans, length: plan.half,
      chainCount: plan.rowCount)
  }

  private mutating func allLags(of set: Int, _ rowMeans: [Double]) -> [Double] {
    var engine =
      allAutocovariances ?? Autocovariances(length: plan.half, lagCount: plan.half)
    defer { allAutocovariances = engine }
    return engine.means(
      of: quantities, from: set * plan.splitCount, means: rowMeans, setCount: 1)
  }

  private mutating func append(_ quantity: Quantity) {
    let center = mean
    switch quantity {
    // Centred, since chains' means are to differ by more than the rounding of large values.
    case .values: for value in split { quantities.append(value - center) }
    case .absoluteDeviations: for value in split { quantities.append(abs(value - center)) }
    case .squaredDeviations:
      for value in split { quantities.append((value - center) * (value - center)) }
    case .scores:
      rank()
      quantities += scores
    case .below(let probability):
      // A quantile of probability one would hold of every draw: as near as S draws can tell.
      let bound = quantile(probability == 1 ? 1 - 0.5 / Double(plan.count) : probability)
      for value in split { quantities.append(value <= bound ? 1 : 0) }
    }
  }

  var tailEffectiveSampleSize: Double? {
    mutating get { Self.smaller(times(of: [.below(0.05), .below(0.95)])) }
  }

  static func smaller(_ times: some Collection<InitialSequence?>) -> Double? {
    let sizes = times.compactMap { $0?.effectiveSampleSize }
    return sizes.count == times.count ? sizes.min() : nil
  }

  // MARK: Monte-Carlo standard errors

  func standardErrorOfMean(_ time: InitialSequence?) -> Double? {
    time.map { standardDeviation / $0.effectiveSampleSize.squareRoot() }
  }

  /// - Parameter time: of the squared deviations.
  func standardErrorOfDeviation(_ time: InitialSequence?) -> Double? {
    guard let time else { return nil }
    let count = Double(values.count)
    var (second, fourth) = (0.0, 0.0)
    for value in values {
      let square = (value - mean) * (value - mean)
      second += square
      fourth += square * square
    }
    (second, fourth) = (second / count, fourth / count)
    return ((fourth - second * second) / time.effectiveSampleSize / second / 4).squareRoot()
  }

  mutating func standardErrorOfQuantile(_ probability: Double) -> Double? {
    guard let time = times(of: [.below(probability)])[0] else { return nil }
    let size = time.effectiveSampleSize
    let count = Double(plan.count)
    let (a, b) = (size * probability + 1, size * (1 - probability) + 1)
    // One standard deviation of a normal distribution on either side.
    let low = BetaQuantile.value(0.1586553, a: a, b: b)
    let high = BetaQuantile.value(0.8413447, a: a, b: b)
    let first = max((low * count).rounded(.down), 1)
    let last = min((high * count).rounded(.up), count)
    return (ascendingValue(Int(last) - 1) - ascendingValue(Int(first) - 1)) / 2
  }
}
