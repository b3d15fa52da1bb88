/// A chart as SVG in the page.
///
/// The drawing has a fixed size of its own and scales with the column that it stands in; style sheets
/// enlarge its type on narrow screens, for which the margins leave room.
package struct ReportChart {
  private enum Frame {
    static let width = 560.0
    static let height = 350.0
    static let right = 540.0
    static let top = 40.0
    static let bottom = 290.0
  }

  /// Curves are told apart by as many colours; see ``ReportStyle``.
  static let colorCount = 6
  /// Beyond so many points, those that fall on one pixel are joined.
  private static let pointLimit = 800
  /// Beyond so many points, not each gets a mark with a title.
  private static let markLimit = 150

  private let chart: ReportContent.Chart
  private let x: AxisTicks
  private let y: AxisTicks
  /// The axis ends where the data do, so that the curve has the whole width.
  private let xRange: ClosedRange<Double>
  private let left: Double

  /// Nil if the chart has no finite point.
  init?(_ chart: ReportContent.Chart) {
    let points = chart.series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = points.first else { return nil }
    let xs = points.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
    let ys = points.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
    self.chart = chart
    let isWhole = points.allSatisfy { $0.x == $0.x.rounded() }
    x = AxisTicks(covering: xs.0...xs.1, count: 7, leastStep: isWhole ? 1 : 0)
    y = AxisTicks(covering: ys.0...ys.1, count: 6)
    xRange = xs.0 < xs.1 ? xs.0...xs.1 : x.range
    // Room for the labels at the size that they have on a narrow screen.
    left = 16 + 11.5 * Double(y.labels.map(\.count).max() ?? 0)
  }

  /// The figure: title, legend, drawing and explanation.
  var html: String {
    """
    <figure class="chart">
    <h3>\(HTML.escaped(chart.title))</h3>
    \(legend)<svg viewBox="0 0 \(Int(Frame.width)) \(Int(Frame.height))" role="img" \
    aria-label="\(HTML.escaped(chart.title))">
    \(axes)\(chart.series.indices.map(curve).joined())</svg>
    \(ReportPage.caption(chart.explanation))</figure>

    """
  }

  private var legend: String {
    guard chart.series.count > 1 else { return "" }
    let items = chart.series.enumerated().map { index, series in
      "<li><span class=\"swatch c\(index % ReportChart.colorCount)\"></span>"
        + "\(HTML.escaped(series.name))</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>\n"
  }

  private var axes: String {
    var svg = ""
    for (value, label) in zip(y.values, y.labels) {
      let place = ReportChart.coordinate(yPlace(value))
      svg += "<line class=\"grid\" x1=\"\(Int(left))\" x2=\"\(Int(Frame.right))\" "
      svg += "y1=\"\(place)\" y2=\"\(place)\"/>"
      svg += "<text class=\"tick\" x=\"\(Int(left - 8))\" y=\"\(place)\" dy=\"0.35em\" "
      svg += "text-anchor=\"end\">\(label)</text>\n"
    }
    for (value, label) in zip(x.values, x.labels) where xRange.contains(value) {
      let place = ReportChart.coordinate(xPlace(value))
      svg += "<line class=\"axis\" x1=\"\(place)\" x2=\"\(place)\" "
      svg += "y1=\"\(Int(Frame.bottom))\" y2=\"\(Int(Frame.bottom + 5))\"/>"
      svg += "<text class=\"tick\" x=\"\(place)\" y=\"\(Int(Frame.bottom + 8))\" dy=\"0.9em\" "
      svg += "text-anchor=\"middle\">\(label)</text>\n"
    }
    svg += "<line class=\"axis\" x1=\"\(Int(left))\" x2=\"\(Int(Frame.right))\" "
    svg += "y1=\"\(Int(Frame.bottom))\" y2=\"\(Int(Frame.bottom))\"/>\n"
    let middle = ReportChart.coordinate((left + Frame.right) / 2)
    svg += "<text class=\"label\" x=\"\(middle)\" y=\"\(Int(Frame.height - 8))\" "
    svg += "text-anchor=\"middle\">\(HTML.escaped(chart.xLabel))</text>\n"
    svg += "<text class=\"label\" x=\"0\" y=\"\(Int(Frame.top - 20))\">"
    svg += "\(HTML.escaped(chart.yLabel))</text>\n"
    return svg
  }

  private func curve(_ index: Int) -> String {
    let series = chart.series[index]
    let points = ReportChart.thinned(series.points)
    var path = ""
    var isPenDown = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isPenDown = false
        continue
      }
      path += isPenDown ? "L" : "M"
      path +=
        "\(ReportChart.coordinate(xPlace(point.x))) \(ReportChart.coordinate(yPlace(point.y)))"
      isPenDown = true
    }
    let color = "c\(index % ReportChart.colorCount)"
    return "<path class=\"curve \(color)\" d=\"\(path)\"/>\n" + marks(series, points, color)
  }

  /// Discs that tell their values when the pointer rests on them.
  private func marks(
    _ series: ReportContent.Chart.Series, _ points: [(x: Double, y: Double)], _ color: String
  ) -> String {
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
    let step = max(1, (finite.count + ReportChart.markLimit - 1) / ReportChart.markLimit)
    // Discs that would touch one another only thicken the curve: then just the last one shows.
    let isCrowded = finite.count > 40
    return finite.indices.filter { $0 % step == 0 || $0 == finite.count - 1 }.map { place in
      let point = finite[place]
      let isShown = !isCrowded || place == finite.count - 1
      let title =
        "\(series.name): \(NumberText.shortest(point.y)) at \(chart.xLabel) "
        + NumberText.shortest(point.x)
      return "<circle class=\"\(isShown ? "mark" : "hint") \(color)\" "
        + "cx=\"\(ReportChart.coordinate(xPlace(point.x)))\" "
        + "cy=\"\(ReportChart.coordinate(yPlace(point.y)))\" r=\"\(isShown ? 3.5 : 6)\">"
        + "<title>\(HTML.escaped(title))</title></circle>\n"
    }.joined()
  }

  /// At most about `pointLimit` points: of each stretch of neighbours the lowest and the highest, so
  /// that no peak is lost.
  package static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard points.count > pointLimit else { return points }
    let length = 2 * points.count / pointLimit + 1
    return stride(from: 0, to: points.count, by: length).flatMap { start in
      let stretch = points[start..<min(start + length, points.count)]
      // A gap must stay one.
      guard stretch.allSatisfy({ $0.y.isFinite && $0.x.isFinite }),
        let low = stretch.indices.min(by: { points[$0].y < points[$1].y }),
        let high = stretch.indices.max(by: { points[$0].y < points[$1].y })
      else { return Array(stretch) }
      return low == high ? [points[low]] : [points[min(low, high)], points[max(low, high)]]
    }
  }

  private func xPlace(_ value: Double) -> Double {
    left + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
      * (Frame.right - left)
  }

  private func yPlace(_ value: Double) -> Double {
    Frame.bottom - (value - y.range.lowerBound) / (y.range.upperBound - y.range.lowerBound)
      * (Frame.bottom - Frame.top)
  }

  /// Two decimals are a fraction of a pixel.
  private static func coordinate(_ place: Double) -> String { "\((place * 100).rounded() / 100)" }
}
