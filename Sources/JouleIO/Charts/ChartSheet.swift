/// Charts as one SVG file that stands alone: title, legend, drawing and explanation of each, on light
/// or dark ground as the reader's system is.
public struct ChartSheet: Sendable {
  public var charts: [Chart]
  /// Charts side by side.
  public var columnCount: Int

  private static let margin = 24.0
  private static let gap = 40.0
  private static let titleHeight = 26.0
  private static let lineHeight = 19.0
  /// About as wide as characters are, at the size of legends and explanations.
  private static let letterWidth = 7.2

  /// - Parameter columnCount: charts side by side; by default one alone, else two.
  public init(_ charts: [Chart], columnCount: Int? = nil) {
    if let columnCount {
      precondition(columnCount > 0, "a sheet has at least one column, got \(columnCount)")
    }
    self.charts = charts
    self.columnCount = columnCount ?? (charts.count > 1 ? 2 : 1)
  }

  /// Writes the file, whole or not at all.
  public func save(to path: String) throws(FileError) {
    try AtomicFile.write(svg, to: path)
  }

  /// The file's text. The same charts give the same text.
  public var svg: String {
    var body = ""
    var top = Self.margin
    let columns = max(1, min(columnCount, charts.count))
    let step = ChartDrawing.width + Self.gap
    for row in stride(from: 0, to: charts.count, by: columns) {
      let cells = charts[row..<min(row + columns, charts.count)].map(Cell.init)
      // Drawings of a row stand at one height, whatever is above them.
      let head = cells.map(\.headHeight).max() ?? 0
      for (column, cell) in cells.enumerated() {
        let left = Self.margin + Double(column) * step
        body += "<g transform=\"translate(\(Int(left)) \(Int(top)))\">\n"
        body += cell.svg(headHeight: head) + "</g>\n"
      }
      top += head + ChartDrawing.height + (cells.map(\.footHeight).max() ?? 0) + Self.gap
    }
    let width = Int(2 * Self.margin + Double(columns) * step - Self.gap)
    let height = Int(top - Self.gap + Self.margin)
    let names = charts.map(\.title).filter { !$0.isEmpty }.joined(separator: "; ")
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img">
      <title>\(HTML.escaped(names))</title>
      <style>
      text { font-family: \(ChartStyle.fonts); }
      \(ChartStyle.shapes)
      svg .title { font-size: 18px; font-weight: 600; }
      svg .key, svg .caption { font-size: 14px; }
      \(ChartStyle.colors(.light))
      @media (prefers-color-scheme: dark) {
      \(ChartStyle.colors(.dark))
      }
      </style>
      <rect class="ground" width="\(width)" height="\(height)"/>
      \(body)</svg>

      """
  }

  /// One chart with what stands around it.
  private struct Cell {
    let chart: Chart
    /// Indices of the series on each line of the legend.
    let legend: [[Int]]
    let caption: [String]

    init(_ chart: Chart) {
      self.chart = chart
      legend = chart.series.count > 1 ? Cell.legendLines(chart.series.map(\.name)) : []
      caption = Cell.wrapped(chart.explanation, to: Int(ChartDrawing.width / letterWidth))
    }

    var headHeight: Double { titleHeight + Double(legend.count) * lineHeight }
    var footHeight: Double {
      caption.isEmpty ? 0 : Double(caption.count) * lineHeight + 6
    }

    func svg(headHeight: Double) -> String {
      var svg = "<text class=\"title\" y=\"16\">\(HTML.escaped(chart.title))</text>\n"
      for (line, indices) in legend.enumerated() {
        let y = titleHeight + Double(line) * lineHeight + 12
        var x = 0.0
        for index in indices {
          svg += "<rect class=\"bar \(ChartDrawing.color(index))\" x=\"\(Int(x))\" "
          svg += "y=\"\(Int(y - 7))\" width=\"18\" height=\"5\"/>"
          svg += "<text class=\"key\" x=\"\(Int(x + 25))\" y=\"\(Int(y))\">"
          svg += "\(HTML.escaped(chart.series[index].name))</text>\n"
          x += Cell.keyWidth(chart.series[index].name)
        }
      }
      svg += "<g transform=\"translate(0 \(Int(headHeight)))\">\n"
      svg +=
        ChartDrawing(chart)?.svg
        ?? "<text class=\"caption\" y=\"40\">There are no values to draw.</text>\n"
      for (line, text) in caption.enumerated() {
        let y = ChartDrawing.height + Double(line + 1) * lineHeight
        svg += "<text class=\"caption\" y=\"\(Int(y))\">\(HTML.escaped(text))</text>\n"
      }
      return svg + "</g>\n"
    }

    private static func keyWidth(_ name: String) -> Double {
      45 + letterWidth * Double(name.count)
    }

    private static func legendLines(_ names: [String]) -> [[Int]] {
      var lines: [[Int]] = []
      var width = Double.infinity
      for (index, name) in names.enumerated() {
        if width + keyWidth(name) > ChartDrawing.width {
          lines.append([])
          width = 0
        }
        lines[lines.count - 1].append(index)
        width += keyWidth(name)
      }
      return lines
    }

    private static func wrapped(_ text: String, to length: Int) -> [String] {
      var lines: [String] = []
      for word in text.split(whereSeparator: \.isWhitespace) {
        if let last = lines.last, last.count + 1 + word.count <= length {
          lines[lines.count - 1] = last + " " + word
        } else {
          lines.append(String(word))
        }
      }
      return lines
    }
  }
}
