import JouleIO
import Testing

@Suite struct ReportTests {
  /// A page with something of everything.
  static var sample: ReportContent {
    let rise = (1...60).map { (x: Double($0), y: -90 - 120 / Double($0)) }
    return ReportContent(
      title: "RBM <784-500> & \"digits\"", summary: "It's trained.",
      warnings: ["The bounds differ"],
      scores: [
        .init(name: "Score", value: "−87.4", unit: "nats", explanation: "Higher is better.")
      ],
      charts: [
        .init(
          title: "Likelihood", x: "epoch", y: "nats",
          series: [
            .init(name: "train", points: rise),
            .init(name: "broken", points: [(1, -200), (2, .nan), (3, -150), (4, .infinity)]),
          ]),
        .init(title: "Nothing", x: "epoch", y: "x", series: []),
      ],
      pictures: [.init(title: "Samples", image: GrayImage(width: 2, height: 2, level: 7))],
      tables: [.init(title: "Settings", header: ["name", "value"], rows: [["rate", "0.1"]])])
  }

  @Test func thePageNeedsNothingElse() throws {
    let page = ReportPage.html(Self.sample)
    for address in ["http:", "https:", "src=\"/", "@import", "<script", "<link"] {
      #expect(!page.contains(address), "\(address)")
    }
    #expect(page.contains("data:image/png;base64,iVBORw0KGgo"))
    #expect(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"))
    #expect(page == ReportPage.html(Self.sample))
  }

  @Test func textIsEscapedAndTagsAreClosed() {
    let page = ReportPage.html(Self.sample)
    #expect(page.contains("RBM &lt;784-500&gt; &amp; &quot;digits&quot;"))
    #expect(page.contains("It&#39;s trained."))
    for tag in ["section", "figure", "div", "svg", "table", "tr", "td", "dl", "ul", "text"] {
      let opened = page.occurrences(of: "<\(tag)>") + page.occurrences(of: "<\(tag) ")
      #expect(opened == page.occurrences(of: "</\(tag)>"), "\(tag)")
    }
  }

  @Test func numbersInTablesStayOnOneLine() {
    var content = Self.sample
    content.tables = [.init(title: "Scores", rows: [["log Z", "−1,234.5", "± 0.1, exact"]])]
    let page = ReportPage.html(content)
    #expect(page.contains("<td class=\"number\">−1,234.5</td><td>± 0.1, exact</td>"))
  }

  @Test func curvesBreakWhereValuesAreNotFinite() {
    let page = ReportPage.html(Self.sample)
    for number in ["nan", "inf", "-inf"] {
      for mark in ["M", "L", " ", "\""] { #expect(!page.contains(mark + number)) }
    }
    #expect(page.contains("There are no values to draw."))
    #expect(page.contains("<title>train: −92 at epoch 60</title>"))
  }

  @Test(
    arguments: [
      (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (1...10, ["0", "2", "4", "6", "8", "10"]),
      (-143.2...(-92.5), ["−150", "−140", "−130", "−120", "−110", "−100", "−90"]),
      (0...40_000, ["0", "10,000", "20,000", "30,000", "40,000"]), (5...5, nil), (0...0, nil),
      (1e-9...2e-9, nil), (-1e300...1e300, nil), (1e15...1e15 + 2, nil),
    ] as [(ClosedRange<Double>, [String]?)])
  func ticksAreRoundAndCoverTheData(_ data: ClosedRange<Double>, labels: [String]?) {
    let ticks = AxisTicks(covering: data, count: 6)
    #expect(ticks.range.lowerBound <= data.lowerBound && ticks.range.upperBound >= data.upperBound)
    #expect((2...13).contains(ticks.values.count))
    #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Set(ticks.labels).count == ticks.labels.count, "\(ticks.labels)")
    if let labels { #expect(ticks.labels == labels) }
  }

  @Test func longCurvesKeepTheirPeaks() {
    var points = (0..<100_000).map { (x: Double($0), y: 0.0) }
    points[54_321].y = 9
    points[77_777].y = .nan
    let thinned = ChartDrawing.thinned(points)
    #expect(thinned.count < 1500)
    #expect(thinned.contains { $0.y == 9 } && thinned.contains { $0.y.isNaN })
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  @Test func numbersAreWrittenForReaders() {
    #expect(NumberText.fixed(-1234.5, decimals: 1) == "−1234.5")
    #expect(NumberText.fixed(12345.678, decimals: 2) == "12,345.68")
    #expect(NumberText.fixed(-0.001, decimals: 2) == "0.00")
    #expect(NumberText.fixed(0.05, decimals: 3) == "0.050")
    #expect(NumberText.fixed(.nan, decimals: 1) == "not a number")
    #expect(NumberText.significant(0.000123456) == "0.0001235")
    #expect(NumberText.significant(1.23456e-7, digits: 3) == "1.23e−7")
    #expect(NumberText.significant(9.9999e12, digits: 3) == "1.00e13")
    #expect(NumberText.significant(46_123, digits: 3) == "46,123")
    #expect(NumberText.significant(-.infinity) == "−∞")
  }

  @Test func base64IsThatOfTheStandard() {
    for (text, code) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ] {
      #expect(HTML.base64(Array(text.utf8)) == code)
    }
  }
}

extension String {
  /// How often a text occurs.
  func occurrences(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
