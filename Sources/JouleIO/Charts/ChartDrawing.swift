/// A chart as elements of SVG, without title, legend and explanation, which stand around it.
///
/// The drawing has a fixed size and scales with the place that it stands in; style sheets may enlarge
/// its type on narrow screens, for which the margins leave room. Its look is ``ChartStyle``'s.
package struct ChartDrawing {
  static let width = 560.0
  static let height = 350.0
  private static let right = 540.0
  private static let top = 40.0
  private static let bottom = 290.0

  /// Series are told apart by as many colours; see ``ChartStyle``.
  static let colorCount = 6

  let chart: Chart
  private let xScale: ChartScale
  private let yScale: ChartScale
  private let left: Double

  /// Nil if the chart has no point that can be drawn.
  package init?(_ chart: Chart) {
    guard let extent = Extent(chart) else { return nil }
    self.chart = chart
    var (xs, ys) = (extent.x, extent.y)
    var (xAxis, yAxis) = (chart.x, chart.y)
    if chart.hasEqualUnits {
      let frame = (ChartDrawing.right - 70) / (ChartDrawing.bottom - ChartDrawing.top)
      (xs, ys) = ChartDrawing.equalized(
        chart.x.range ?? xs, chart.y.range ?? ys, widthToHeight: frame)
      xAxis.range = xs
      yAxis.range = ys
    }
    yScale = ChartScale(
      yAxis, covering: ys, isWhole: false, end: .ticks, tickCount: 6, room: 1000)
    // Room for the labels at the size that they have on a narrow screen.
    left =
      chart.hasEqualUnits
      ? 70 : 16 + 11.5 * Double(yScale.ticks.map(\.label.count).max() ?? 0)
    xScale = ChartScale(
      xAxis, covering: xs, isWhole: extent.isWhole, end: .data, tickCount: 7,
      room: Int((ChartDrawing.right - left) / 8.5))
  }

  /// The classes of what belongs to a series.
  static func color(_ index: Int) -> String { "c\(index % colorCount)" }

  /// The elements, in a field of ``width`` × ``height``.
  package var svg: String {
    let field =
      "x=\"\(Int(left))\" y=\"\(Int(Self.top))\" "
      + "width=\"\(Int(Self.right - left))\" height=\"\(Int(Self.bottom - Self.top))\""
    let inside = chart.series.indices.map(series).joined()
    // Only ranges that leave values out need a frame that hides them.
    let isClipped = chart.x.range != nil || chart.y.range != nil
    let content =
      isClipped
      ? "<svg \(field) viewBox=\"\(Int(left)) \(Int(Self.top)) \(Int(Self.right - left)) "
        + "\(Int(Self.bottom - Self.top))\" style=\"overflow:hidden\">\n\(inside)</svg>\n"
      : inside
    return axes + guides + content
  }

  // MARK: Places

  package func xPlace(_ value: Double) -> Double? {
    xScale.fraction(value).map { left + $0 * (ChartDrawing.right - left) }
  }

  package func yPlace(_ value: Double) -> Double? {
    yScale.fraction(value).map(ChartDrawing.yPlace)
  }

  /// The place from which bars rise: zero, or the end of the axis that is nearest to it.
  package var barFoot: Double { ChartDrawing.yPlace(fraction: yScale.clampedFraction(0)) }

  private static func yPlace(fraction: Double) -> Double { bottom - fraction * (bottom - top) }

  /// Two decimals are a fraction of a pixel.
  static func coordinate(_ place: Double) -> String { "\((place * 100).rounded() / 100)" }

  /// The ranges widened about their middles, so that a unit is as long along both axes.
  private static func equalized(
    _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, widthToHeight: Double
  ) -> (ClosedRange<Double>, ClosedRange<Double>) {
    let margin = 1.06
    let height =
      max(
        y.upperBound - y.lowerBound, (x.upperBound - x.lowerBound) / widthToHeight, 1e-300) * margin
    func widened(_ range: ClosedRange<Double>, _ length: Double) -> ClosedRange<Double> {
      let middle = range.lowerBound / 2 + range.upperBound / 2
      return middle - length / 2...middle + length / 2
    }
    return (widened(x, height * widthToHeight), widened(y, height))
  }

  // MARK: Axes

  private var axes: String {
    var svg = ""
    for tick in yScale.ticks {
      let place = Self.coordinate(Self.yPlace(fraction: tick.fraction))
      svg += "<line class=\"grid\" x1=\"\(Int(left))\" x2=\"\(Int(Self.right))\" "
      svg += "y1=\"\(place)\" y2=\"\(place)\"/>"
      svg += "<text class=\"tick\" x=\"\(Int(left - 8))\" y=\"\(place)\" dy=\"0.35em\" "
      svg += "text-anchor=\"end\">\(HTML.escaped(tick.label))</text>\n"
    }
    for tick in xScale.ticks {
      let place = Self.coordinate(left + tick.fraction * (Self.right - left))
      svg += "<line class=\"axis\" x1=\"\(place)\" x2=\"\(place)\" "
      svg += "y1=\"\(Int(Self.bottom))\" y2=\"\(Int(Self.bottom + 5))\"/>"
      svg += "<text class=\"tick\" x=\"\(place)\" y=\"\(Int(Self.bottom + 8))\" dy=\"0.9em\" "
      svg += "text-anchor=\"middle\">\(HTML.escaped(tick.label))</text>\n"
    }
    svg += "<line class=\"axis\" x1=\"\(Int(left))\" x2=\"\(Int(Self.right))\" "
    svg += "y1=\"\(Int(Self.bottom))\" y2=\"\(Int(Self.bottom))\"/>\n"
    let middle = Self.coordinate((left + Self.right) / 2)
    svg += "<text class=\"label\" x=\"\(middle)\" y=\"\(Int(Self.height - 8))\" "
    svg += "text-anchor=\"middle\">\(HTML.escaped(chart.x.label))</text>\n"
    svg += "<text class=\"label\" x=\"0\" y=\"\(Int(Self.top - 20))\">"
    svg += "\(HTML.escaped(chart.y.label))</text>\n"
    return svg
  }

  private var guides: String {
    chart.guides.map { guide in
      switch guide.direction {
      case .horizontal:
        guard let fraction = yScale.fraction(guide.value), (0...1).contains(fraction) else {
          return ""
        }
        let place = Self.yPlace(fraction: fraction)
        return "<line class=\"guide\" x1=\"\(Int(left))\" x2=\"\(Int(Self.right))\" "
          + "y1=\"\(Self.coordinate(place))\" y2=\"\(Self.coordinate(place))\"/>"
          + "<text class=\"note\" x=\"\(Int(Self.right))\" y=\"\(Self.coordinate(place - 6))\" "
          + "text-anchor=\"end\">\(HTML.escaped(guide.label))</text>\n"
      case .vertical:
        guard let fraction = xScale.fraction(guide.value), (0...1).contains(fraction) else {
          return ""
        }
        let place = left + fraction * (Self.right - left)
        // The note stands on the side that has room for it.
        let isLate = fraction > 0.6
        return "<line class=\"guide\" x1=\"\(Self.coordinate(place))\" "
          + "x2=\"\(Self.coordinate(place))\" y1=\"\(Int(Self.top))\" y2=\"\(Int(Self.bottom))\"/>"
          + "<text class=\"note\" x=\"\(Self.coordinate(place + (isLate ? -6 : 6)))\" "
          + "y=\"\(Int(Self.top + 12))\" text-anchor=\"\(isLate ? "end" : "start")\">"
          + "\(HTML.escaped(guide.label))</text>\n"
      }
    }.joined()
  }
}

/// The values that a chart has to show.
private struct Extent {
  var x: ClosedRange<Double>
  var y: ClosedRange<Double>
  /// Whether every x is a whole number.
  var isWhole = true

  init?(_ chart: Chart) {
    var (xs, ys) = ((Double.infinity, -Double.infinity), (Double.infinity, -Double.infinity))
    // Beyond the bound, distances of values would overflow.
    func isDrawn(_ value: Double, on axis: Chart.Axis) -> Bool {
      abs(value) < 1e300 && (axis.scale != .logarithmic || value > 0)
    }
    for series in chart.series {
      var half = 0.0
      var hasFoot = false
      if case .bars(let width) = series.mark {
        half = width / 2
        hasFoot = chart.y.scale != .logarithmic
      }
      for point in series.points
      where isDrawn(point.x, on: chart.x) && isDrawn(point.y, on: chart.y) {
        xs = (min(xs.0, point.x - half), max(xs.1, point.x + half))
        ys = (min(ys.0, point.y, hasFoot ? 0 : point.y), max(ys.1, point.y, hasFoot ? 0 : point.y))
        if point.x != point.x.rounded() { isWhole = false }
      }
      for (point, error) in zip(series.points, series.errors) where error > 0 {
        for end in [point.y - error, point.y + error] where isDrawn(end, on: chart.y) {
          ys = (min(ys.0, end), max(ys.1, end))
        }
      }
    }
    guard xs.0 <= xs.1, ys.0 <= ys.1 else { return nil }
    // What a guide marks is to be seen, too.
    for guide in chart.guides where guide.value.isFinite {
      switch guide.direction {
      case .horizontal where isDrawn(guide.value, on: chart.y):
        ys = (min(ys.0, guide.value), max(ys.1, guide.value))
      case .vertical where isDrawn(guide.value, on: chart.x):
        xs = (min(xs.0, guide.value), max(xs.1, guide.value))
      default: break
      }
    }
    x = xs.0...xs.1
    y = ys.0...ys.1
  }
}
