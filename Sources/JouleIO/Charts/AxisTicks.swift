/// Round numbers along an axis.
package struct AxisTicks: Equatable {
  /// Ascending, at least two, the first at or below the data and the last at or above them.
  package let values: [Double]
  package let labels: [String]

  package var range: ClosedRange<Double> { values[0]...values[values.count - 1] }

  /// Ticks at multiples of 1, 2 or 5 times a power of ten.
  ///
  /// - Parameters:
  ///   - data: the range to cover; one without width is widened.
  ///   - count: about how many ticks.
  ///   - leastStep: the least distance of ticks, such as 1 where only whole numbers have a meaning.
  package init(covering data: ClosedRange<Double>, count: Int, leastStep: Double = 0) {
    var low = data.lowerBound
    var high = data.upperBound
    // Below this share of the magnitude neighbouring ticks would round to the same Double.
    let least = max(abs(low), abs(high)) * 1e-9
    if high - low <= least {
      let half = max(abs(low) * 0.05, low == 0 ? 1 : least)
      low -= half
      high += half
    }
    let step = max(leastStep, AxisTicks.roundStep((high - low) / Double(max(1, count - 1))))
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    let number = Int(max(1, min(last - first, 100)))
    values = (0...number).map { (first + Double($0)) * step }
    let decimals = max(0, -NumberText.exponent(of: step * 1.000001))
    let isPlain = decimals <= 6 && max(abs(low), abs(high)) < 1e9
    labels = values.map {
      isPlain
        ? NumberText.fixed($0, decimals: decimals) : NumberText.significant($0, digits: 3)
    }
  }

  private static func roundStep(_ step: Double) -> Double {
    let power = NumberText.power(of: NumberText.exponent(of: step))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= step * 0.85 } ?? 10
    return factor * power
  }
}
