public import JouleRandom
public import JouleTensor

/// How far data are from a distribution.
public struct Discrepancy: Sendable, Equatable {
  public enum Measure: String, Sendable {
    /// The largest difference of the distribution functions.
    case kolmogorovSmirnov = "Kolmogorov-Smirnov D"
    /// Σ (observed − expected)² / expected over cells that expect at least five.
    case pearson = "Pearson chi-square"
    /// The largest difference between the distribution functions of log p(x) over the data and over draws.
    case energy = "Kolmogorov-Smirnov D of log-densities"
  }

  public let measure: Measure
  public let value: Double
  /// The number of cells, of a chi-square.
  public let cellCount: Int?
}

extension SampledFamily {
  /// The discrepancy between data and the member θ: of counts Pearson's χ², of one real variable that of
  /// Kolmogorov and Smirnov, of several variables the latter for their log-densities.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - random: addresses draws from θ, where the measure needs them.
  public func discrepancy(
    of rows: Tensor<Double>, weights: [Double], at parameters: NaturalParameters,
    using random: ChainRandom
  ) -> Discrepancy {
    let model = ExponentialFamilyModel(self, unchecked: parameters)
    let draws = model.sample(
      count: min(20_000, max(2000, rows.shape[0])), using: random)
    let reference = logDensity(of: draws, at: parameters).elements.sorted()
    let data = WeightedSample(logDensity(of: rows, at: parameters).elements, weights)
    var largest = 0.0
    var below = 0
    for (value, before, after) in data.steps {
      while below < reference.count, reference[below] < value { below += 1 }
      var through = below
      while through < reference.count, reference[through] <= value { through += 1 }
      let (low, high) = (
        Double(below) / Double(reference.count), Double(through) / Double(reference.count)
      )
      largest = max(largest, abs(low - before), abs(high - after))
    }
    return Discrepancy(measure: .energy, value: largest, cellCount: nil)
  }
}

extension SampledFamily where Self: UnivariateFamily {
  public func discrepancy(
    of rows: Tensor<Double>, weights: [Double], at parameters: NaturalParameters,
    using random: ChainRandom
  ) -> Discrepancy {
    let sample = WeightedSample(rows.elements, weights)
    if support.isDiscrete { return chiSquare(sample, parameters) }
    let largest = sample.steps.reduce(0.0) { largest, step in
      let p = cumulative(at: step.value, parameters).lower
      return max(largest, abs(p - step.before), abs(step.after - p))
    }
    return Discrepancy(measure: .kolmogorovSmirnov, value: largest, cellCount: nil)
  }

  /// Over cells of about equal probability.
  private func chiSquare(
    _ sample: WeightedSample, _ parameters: NaturalParameters
  ) -> Discrepancy {
    var ends = cellEnds(count: min(40, Int(sample.total / 5)), parameters)
    // What is beyond the last end is a cell too, if enough is expected there.
    if let last = ends.last, cumulative(at: last, parameters).upper * sample.total < 5 {
      ends.removeLast()
    }
    var (statistic, start, seen) = (0.0, 0.0, 0.0)
    for end in ends + [.infinity] {
      let reached = end.isFinite ? cumulative(at: end, parameters).lower : 1
      let observed = sample.share(through: end)
      let expected = (reached - start) * sample.total
      let excess = (observed - seen) * sample.total - expected
      if expected > 0 { statistic += excess * excess / expected }
      (start, seen) = (reached, observed)
    }
    return Discrepancy(measure: .pearson, value: statistic, cellCount: ends.count + 1)
  }

  /// The values at which the distribution function first reaches k/count, each once, less the last value
  /// of a finite support.
  private func cellEnds(count: Int, _ parameters: NaturalParameters) -> [Double] {
    guard case .integers(let first, let last) = support, count > 1 else { return [] }
    var ends: [Double] = []
    for k in 1..<count {
      let target = Double(k) / Double(count)
      var low = ends.last ?? Double(first) - 1
      if low >= Double(first), cumulative(at: low, parameters).lower >= target { continue }
      var width = 1.0
      while cumulative(at: low + width, parameters).lower < target { width *= 2 }
      var high = low + width
      while high - low > 1 {
        let middle = ((low + high) / 2).rounded(.down)
        if cumulative(at: middle, parameters).lower < target { low = middle } else { high = middle }
      }
      ends.append(high)
    }
    return ends.filter { $0 < last.map(Double.init) ?? .infinity }
  }
}
