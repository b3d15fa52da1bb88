import JouleIO
import Testing

@Suite struct ChartTests {
  /// One of every mark, scale and guide.
  static var samples: [Chart] {
    let decay = (0...40).map {
      (x: Double($0), y: 0.5 * Double(sign: .plus, exponent: -$0, significand: 1))
    }
    let circle = (0...72).map { step in
      let t = Double(step) / 72
      // A rational parametrisation of a half circle.
      return (x: (1 - t * t) / (1 + t * t), y: 2 * t / (1 + t * t))
    }
    return [
      Chart(
        title: "Decay <&>",
        explanation: "Halves at every step; long words are wrapped over lines "
          + "where they would run out of the drawing, as these do.", x: "step",
        y: Chart.Axis("distance", scale: .logarithmic),
        series: [
          .init(name: "distance", points: decay),
          .init(name: "bound", points: decay.map { ($0.x, $0.y * 3) }, isDashed: true),
          .init(name: "zero", points: [(0, 0), (1, 1e-3), (2, -1), (3, .nan)]),
        ], guides: [.horizontal(0.25, "1/4"), .vertical(30, "late")]),
      Chart(
        title: "Names", x: Chart.Axis("", scale: .categories(["sun", "cloud", "rain & hail"])),
        y: "probability",
        series: [
          .init(name: "a", points: [(0, 0.5), (1, 0.3), (2, 0.2)], mark: .bars(width: 1)),
          .init(name: "b", points: [(0, 0.1), (1, 0.3), (2, 0.6)], mark: .bars(width: 1)),
        ]),
      Chart(
        title: "Plane", x: "real part", y: "imaginary part",
        series: [
          .init(name: "half circle", points: circle),
          .init(name: "values", points: [(0.5, 0.5), (-0.5, 0.25)], mark: .points),
        ], hasEqualUnits: true),
      Chart(
        title: "Counts", x: "value", y: "draws",
        series: [
          .histogram(name: "draws", of: (0..<1000).map { Double($0 * $0 % 997) }, binCount: 20),
          .init(name: "steps", points: [(0, 10), (300, 40), (990, 20)], mark: .steps),
        ]),
      Chart(
        title: "Clipped", x: "x", y: Chart.Axis("y", range: 0...1),
        series: [.init(name: "line", points: (0...9).map { (Double($0), Double($0) / 3 - 1) })]),
      Chart(title: "Nothing", x: "x", y: "y", series: []),
    ]
  }

  /// Error bars are drawn at points that have an error, and belong to what is to be seen.
  @Test func errorsAreDrawnAndSeen() {
    func svg(_ errors: [Double]) -> String {
      ChartSheet([
        Chart(
          title: "Errors", x: "x", y: "y",
          series: [
            .init(name: "a", points: [(0, 1), (1, 2), (2, 3)], mark: .points, errors: errors)
          ])
      ]).svg
    }
    let (bare, barred) = (svg([]), svg([0.5, 0, 40]))
    #expect(barred.occurrences(of: "<circle") == 3 && bare.occurrences(of: "<circle") == 3)
    let path = barred.split(separator: "<path class=\"curve c0\" d=\"").last ?? ""
    // Foot, head and line of two points.
    #expect(path.prefix { $0 != "\"" }.filter { $0 == "M" }.count == 6)
    #expect(barred.contains(">40<") && !bare.contains(">40<"), "the axis covers the bars")
  }

  @Test func aSheetStandsAloneAndItsTagsAreClosed() {
    let svg = ChartSheet(Self.samples).svg
    #expect(svg.contains("xmlns=\"http://www.w3.org/2000/svg\""))
    #expect(svg.contains("prefers-color-scheme: dark"))
    #expect(!svg.contains("var(--"), "not every viewer knows custom properties")
    for foreign in ["href", "url(", "@import", "<script"] { #expect(!svg.contains(foreign)) }
    for tag in ["svg", "g", "text", "title", "style"] {
      let opened = svg.occurrences(of: "<\(tag)>") + svg.occurrences(of: "<\(tag) ")
      #expect(opened == svg.occurrences(of: "</\(tag)>"), "\(tag)")
    }
    #expect(svg.contains("Decay &lt;&amp;&gt;") && svg.contains("rain &amp; hail"))
    #expect(svg.contains("There are no values to draw."))
    for number in ["nan", "inf"] { #expect(!svg.lowercased().contains("\"" + number)) }
    #expect(svg == ChartSheet(Self.samples).svg)
  }

  @Test func aLogarithmicAxisPutsPowersAtEqualDistancesAndLeavesOutWhatHasNone() throws {
    let chart = Chart(
      title: "", x: "x", y: Chart.Axis("y", scale: .logarithmic),
      series: [
        .init(name: "y", points: [(0, 1), (1, 10), (2, 100), (3, 0), (4, 1000), (5, -5)])
      ])
    let drawing = try #require(ChartDrawing(chart))
    let places = try [1.0, 10, 100, 1000].map { try #require(drawing.yPlace($0)) }
    for (low, high) in zip(places, places.dropFirst()) {
      #expect(abs(low - high - (places[0] - places[3]) / 3) < 1e-9)
    }
    #expect(drawing.yPlace(0) == nil && drawing.yPlace(-5) == nil && drawing.yPlace(.nan) == nil)
    #expect(drawing.svg.occurrences(of: "<circle") == 4)
  }

  @Test func unitsAreEqualWhereAsked() throws {
    let drawing = try #require(ChartDrawing(Self.samples[2]))
    let across = try #require(drawing.xPlace(1)) - #require(drawing.xPlace(0))
    let upward = try #require(drawing.yPlace(0)) - #require(drawing.yPlace(1))
    #expect(abs(across - upward) < 1e-9 * across)
    // So they are within ranges that leave values out.
    var cut = Self.samples[2]
    cut.x.range = -0.5...0.5
    cut.y.range = 0...0.2
    let part = try #require(ChartDrawing(cut))
    let wide = try #require(part.xPlace(1)) - #require(part.xPlace(0))
    #expect(wide > 1.5 * across)
    #expect(abs(wide - (try #require(part.yPlace(0)) - #require(part.yPlace(1)))) < 1e-9 * wide)
  }

  @Test func barsStandOnZeroAndCountEverything() throws {
    let values = (0..<1000).map { Double($0 * $0 % 997) }
    let series = Chart.Series.histogram(name: "", of: values + [.nan, .infinity], binCount: 20)
    #expect(series.points.map(\.y).reduce(0, +) == 1000)
    #expect(series.points.count == 20)
    let constant = Chart.Series.histogram(name: "", of: [3, 3, 3])
    #expect(constant.points.map(\.y).reduce(0, +) == 3)
    #expect(Chart.Series.histogram(name: "", of: [.nan]).points.isEmpty)
    let chart = Chart(title: "", x: "", y: "", series: [series])
    let drawing = try #require(ChartDrawing(chart))
    #expect(drawing.barFoot == drawing.yPlace(0))
    #expect(drawing.svg.occurrences(of: "<rect") == 20)
  }

  @Test func hugeAndTinyValuesAreDrawnWithoutFailing() {
    let ends: [Double] = [-1e308, -1, -1e-308, 0, 1e-308, 1, 1e308, .infinity, -.infinity, .nan]
    for scale in [Chart.Axis.Scale.linear, .logarithmic, .categories(["a", "b"])] {
      for mark in [Chart.Mark.line, .outline, .points, .steps, .bars(width: 1)] {
        let points = ends.flatMap { x in ends.map { (x: x, y: $0) } }
        let svg = ChartSheet([
          Chart(
            title: "", x: Chart.Axis("", scale: scale), y: Chart.Axis("", scale: scale),
            series: [.init(name: "", points: points, mark: mark)])
        ]).svg
        #expect(!svg.contains("\"nan\"") && !svg.contains("inf"), "\(scale) \(mark)")
      }
    }
  }
}
