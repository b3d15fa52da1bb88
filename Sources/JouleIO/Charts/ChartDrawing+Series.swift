extension ChartDrawing {
  /// Beyond so many points, those of a curve that fall on one pixel are joined.
  private static let curveLimit = 800
  /// Beyond so many points, not each of a curve gets a mark with a title.
  private static let markLimit = 150
  private static let discLimit = 4000
  /// Share of a category's place that its bars fill.
  private static let groupWidth = 0.8

  /// What one series adds to the drawing.
  func series(_ index: Int) -> String {
    let series = chart.series[index]
    return errorBars(series, Self.color(index)) + marks(of: series, index)
  }

  private func marks(of series: Chart.Series, _ index: Int) -> String {
    switch series.mark {
    case .line:
      let points = Self.thinned(series.points)
      return path(points, series, Self.color(index)) + marks(series, points, Self.color(index))
    case .outline: return path(series.points, series, Self.color(index))
    case .steps: return path(Self.stepped(Self.thinned(series.points)), series, Self.color(index))
    case .points: return discs(series, Self.color(index))
    case .bars(let width): return bars(series, width: width, index)
    }
  }

  // MARK: Curves

  private func path(
    _ points: [(x: Double, y: Double)], _ series: Chart.Series, _ color: String
  ) -> String {
    var path = ""
    var isPenDown = false
    for point in points {
      guard let x = xPlace(point.x), let y = yPlace(point.y) else {
        isPenDown = false
        continue
      }
      path += (isPenDown ? "L" : "M") + "\(Self.coordinate(x)) \(Self.coordinate(y))"
      isPenDown = true
    }
    return "<path class=\"curve \(color)\"\(series.isDashed ? " stroke-dasharray=\"6 5\"" : "") "
      + "d=\"\(path)\"/>\n"
  }

  /// Discs that tell their values when the pointer rests on them.
  private func marks(
    _ series: Chart.Series, _ points: [(x: Double, y: Double)], _ color: String
  ) -> String {
    let drawn = points.filter { xPlace($0.x) != nil && yPlace($0.y) != nil }
    let step = max(1, (drawn.count + Self.markLimit - 1) / Self.markLimit)
    // Discs that would touch one another only thicken the curve: then just the last one shows.
    let isCrowded = drawn.count > 40
    return drawn.indices.filter { $0 % step == 0 || $0 == drawn.count - 1 }.map { place in
      let isShown = !isCrowded || place == drawn.count - 1
      return disc(drawn[place], series, color, isShown ? ("mark", 3.5) : ("hint", 6))
    }.joined()
  }

  private func discs(_ series: Chart.Series, _ color: String) -> String {
    let step = max(1, (series.points.count + Self.discLimit - 1) / Self.discLimit)
    let radius = series.points.count > 300 ? 2.0 : 3.5
    return stride(from: 0, to: series.points.count, by: step).map {
      disc(series.points[$0], series, color, ("mark", radius))
    }.joined()
  }

  private func disc(
    _ point: (x: Double, y: Double), _ series: Chart.Series, _ color: String,
    _ style: (kind: String, radius: Double)
  ) -> String {
    guard let x = xPlace(point.x), let y = yPlace(point.y) else { return "" }
    return "<circle class=\"\(style.kind) \(color)\" cx=\"\(Self.coordinate(x))\" "
      + "cy=\"\(Self.coordinate(y))\" r=\"\(NumberText.shortest(style.radius))\">"
      + "\(title(series, point))</circle>\n"
  }

  private func title(_ series: Chart.Series, _ point: (x: Double, y: Double)) -> String {
    var place = "\(chart.x.label) \(NumberText.shortest(point.x))"
    if case .categories(let names) = chart.x.scale, names.indices.contains(Int(point.x)) {
      place = names[Int(point.x)]
    }
    return "<title>\(HTML.escaped("\(series.name): \(NumberText.shortest(point.y)) at \(place)"))"
      + "</title>"
  }

  /// A line with a foot and a head at every point that has an error.
  private func errorBars(_ series: Chart.Series, _ color: String) -> String {
    let half = 3.5
    var path = ""
    for (point, error) in zip(series.points, series.errors) where error > 0 && error.isFinite {
      guard let x = xPlace(point.x), let low = yPlace(point.y - error),
        let high = yPlace(point.y + error)
      else { continue }
      let (left, right) = (Self.coordinate(x - half), Self.coordinate(x + half))
      path += "M\(left) \(Self.coordinate(low))L\(right) \(Self.coordinate(low))"
      path += "M\(left) \(Self.coordinate(high))L\(right) \(Self.coordinate(high))"
      path += "M\(Self.coordinate(x)) \(Self.coordinate(low))L\(Self.coordinate(x)) "
      path += Self.coordinate(high)
    }
    return path.isEmpty ? "" : "<path class=\"curve \(color)\" d=\"\(path)\"/>\n"
  }

  // MARK: Bars

  private func bars(_ series: Chart.Series, width: Double, _ index: Int) -> String {
    var (width, shift) = (width, 0.0)
    if case .categories = chart.x.scale {
      let group = chart.series.indices.filter {
        if case .bars = chart.series[$0].mark { true } else { false }
      }
      // Series that never meet have the whole place each.
      let places = group.flatMap { chart.series[$0].points.map(\.x) }
      let isShared = Set(places).count < places.count
      width = Self.groupWidth / Double(isShared ? group.count : 1)
      let rank = isShared ? group.firstIndex(of: index) ?? 0 : 0
      shift = isShared ? (Double(rank) - Double(group.count - 1) / 2) * width : 0
    }
    let foot = barFoot
    return series.points.map { point in
      guard let left = xPlace(point.x + shift - width / 2),
        let right = xPlace(point.x + shift + width / 2), let top = yPlace(point.y)
      else { return "" }
      return "<rect class=\"bar \(Self.color(index))\" x=\"\(Self.coordinate(left))\" "
        + "y=\"\(Self.coordinate(min(top, foot)))\" width=\"\(Self.coordinate(right - left))\" "
        + "height=\"\(Self.coordinate(abs(foot - top)))\">\(title(series, point))</rect>\n"
    }.joined()
  }

  // MARK: Points of curves

  /// A corner before every point but the first, so that each value holds until the next.
  private static func stepped(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard let first = points.first else { return [] }
    return [first]
      + zip(points, points.dropFirst()).flatMap { [($1.x, $0.y), $1] }
  }

  /// At most about `curveLimit` points: of each stretch of neighbours the lowest and the highest, so
  /// that no peak is lost.
  package static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard points.count > curveLimit else { return points }
    let length = 2 * points.count / curveLimit + 1
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
}
