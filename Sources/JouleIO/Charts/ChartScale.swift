import Glibc

/// Where values stand along an axis, as a fraction of its length, and the ticks beside it.
struct ChartScale {
  struct Tick {
    var fraction: Double
    var label: String
  }

  /// How an axis without a range of its own ends.
  enum End {
    /// At the data, so that a curve has the whole width.
    case data
    /// At the ticks around the data.
    case ticks
  }

  private let isLogarithmic: Bool
  /// In units of the axis, logarithms to base ten on a logarithmic one.
  private let range: ClosedRange<Double>
  let ticks: [Tick]

  /// - Parameters:
  ///   - values: what is to be seen, at least one that can be drawn.
  ///   - tickCount: about how many ticks.
  ///   - room: how many characters of labels fit side by side; only categories ask.
  init(
    _ axis: Chart.Axis, covering values: ClosedRange<Double>, isWhole: Bool, end: End,
    tickCount: Int, room: Int
  ) {
    let covered = axis.range ?? values
    switch axis.scale {
    case .linear:
      isLogarithmic = false
      let ticks = AxisTicks(covering: covered, count: tickCount, leastStep: isWhole ? 1 : 0)
      let endsAtData = axis.range != nil || end == .data
      range = endsAtData && covered.lowerBound < covered.upperBound ? covered : ticks.range
      self.ticks = ChartScale.ticks(zip(ticks.values, ticks.labels), range)
    case .logarithmic:
      isLogarithmic = true
      let low = ChartScale.exponent(covered.lowerBound)
      let high = ChartScale.exponent(covered.upperBound)
      let ends = low...high
      let isWide = high - low > 1e-9
      if end == .data || axis.range != nil, isWide {
        range = ends
      } else {
        range =
          (low + 1e-9).rounded(.down)...max((high - 1e-9).rounded(.up), low.rounded(.down) + 1)
      }
      self.ticks = ChartScale.ticks(ChartScale.powers(within: range, tickCount), range)
    case .categories(let names):
      isLogarithmic = false
      range = -0.5...max(0.5, Double(names.count) - 0.5)
      let longest = min(16, names.map(\.count).max() ?? 1)
      let step = max(1, (names.count * (longest + 2) + room - 1) / max(1, room))
      self.ticks = ChartScale.ticks(
        stride(from: 0, to: names.count, by: step).lazy.map { index in
          let name = names[index]
          return (Double(index), name.count > 16 ? String(name.prefix(15)) + "…" : name)
        }, range)
    }
  }

  /// The place of a value; nil if it has none, or lies so far outside that it cannot matter.
  func fraction(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let place = isLogarithmic ? ChartScale.exponent(value) : value
    let fraction = (place - range.lowerBound) / (range.upperBound - range.lowerBound)
    return abs(fraction) < 1e4 ? fraction : nil
  }

  /// The place of a value, at an end of the axis if it lies beyond.
  func clampedFraction(_ value: Double) -> Double {
    min(1, max(0, fraction(value) ?? (value > 0 ? 1 : 0)))
  }

  private static func ticks(
    _ values: some Sequence<(Double, String)>, _ range: ClosedRange<Double>
  ) -> [Tick] {
    let length = range.upperBound - range.lowerBound
    // Rounding must not cost a tick at the end.
    return values.filter {
      $0.0 >= range.lowerBound - 1e-9 * length && $0.0 <= range.upperBound + 1e-9 * length
    }.map { Tick(fraction: ($0.0 - range.lowerBound) / length, label: $0.1) }
  }

  /// Whole powers of ten; within less than one, some values between.
  private static func powers(
    within range: ClosedRange<Double>, _ count: Int
  ) -> [(Double, String)] {
    let low = Int(range.lowerBound.rounded(.up))
    let high = Int(range.upperBound.rounded(.down))
    if high - low < 2 {
      return (Int(range.lowerBound.rounded(.down))...Int(range.upperBound.rounded(.up)))
        .flatMap { power in
          [1.0, 2, 5].map { factor in
            let value = factor * NumberText.power(of: power)
            return (exponent(value), NumberText.shortest(value))
          }
        }
    }
    let step = max(1, (high - low + count - 1) / count)
    return stride(from: low, through: high, by: step).map { (Double($0), label(power: $0)) }
  }

  private static func label(power: Int) -> String {
    if (-3...4).contains(power) { return NumberText.shortest(NumberText.power(of: power)) }
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + (power < 0 ? "⁻" : "")
      + String(String(abs(power)).compactMap { $0.wholeNumberValue.map { raised[$0] } })
  }

  static func exponent(_ value: Double) -> Double {
    value > 0 && value.isFinite ? log10(value) : -308
  }
}
