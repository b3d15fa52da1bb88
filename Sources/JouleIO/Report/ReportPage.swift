/// A report as one HTML page that needs no other file and no network.
public enum ReportPage {
  /// Writes the page, whole or not at all.
  public static func save(_ content: ReportContent, to path: String) throws(FileError) {
    try AtomicFile.write(html(content), to: path)
  }

  /// The page. The same content gives the same text.
  public static func html(_ content: ReportContent) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(HTML.escaped(content.title))</title>
    <style>
    \(ReportStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>\(HTML.escaped(content.title))</h1>
    <p class="summary">\(HTML.escaped(content.summary))</p>
    </header>
    \(warnings(content.warnings))\(scores(content.scores))\
    \(section("Learning curves", "charts", content.charts.map(chart)))\
    \(section("Pictures", "pictures", content.pictures.map(picture)))\
    \(section("Details", "tables", content.tables.map(table)))</main>
    <footer>Written by Joule.</footer>
    </body>
    </html>

    """
  }

  /// What stands under a figure; nothing for an empty text.
  private static func caption(_ text: String) -> String {
    text.isEmpty ? "" : "<figcaption>\(HTML.escaped(text))</figcaption>\n"
  }

  private static func section(_ title: String, _ kind: String, _ parts: [String]) -> String {
    guard !parts.isEmpty else { return "" }
    return """
      <section>
      <h2>\(title)</h2>
      <div class="\(kind)">
      \(parts.joined())</div>
      </section>

      """
  }

  private static func warnings(_ texts: [String]) -> String {
    texts.map { "<p class=\"warning\" role=\"note\">\(HTML.escaped($0))</p>\n" }.joined()
  }

  private static func scores(_ scores: [ReportContent.Score]) -> String {
    let items = scores.map { score in
      """
      <div class="score">
      <dt>\(HTML.escaped(score.name))</dt>
      <dd><strong>\(HTML.escaped(score.value))</strong> \
      <span class="unit">\(HTML.escaped(score.unit))</span></dd>
      <dd class="explanation">\(HTML.escaped(score.explanation))</dd>
      </div>

      """
    }
    guard !items.isEmpty else { return "" }
    return "<section>\n<h2>Scores</h2>\n<dl class=\"scores\">\n\(items.joined())</dl>\n</section>\n"
  }

  private static func chart(_ chart: Chart) -> String {
    let name = HTML.escaped(chart.title)
    guard let drawing = ChartDrawing(chart) else {
      return "<figure class=\"chart\">\n<h3>\(name)</h3>\n"
        + "<figcaption>There are no values to draw.</figcaption>\n</figure>\n"
    }
    return """
      <figure class="chart">
      <h3>\(name)</h3>
      \(legend(chart))<svg viewBox="0 0 \(Int(ChartDrawing.width)) \(Int(ChartDrawing.height))" \
      role="img" aria-label="\(name)">
      \(drawing.svg)</svg>
      \(caption(chart.explanation))</figure>

      """
  }

  private static func legend(_ chart: Chart) -> String {
    guard chart.series.count > 1 else { return "" }
    let items = chart.series.enumerated().map { index, series in
      "<li><span class=\"swatch \(ChartDrawing.color(index))\"></span>"
        + "\(HTML.escaped(series.name))</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>\n"
  }

  private static func picture(_ picture: ReportContent.Picture) -> String {
    """
    <figure class="picture">
    <h3>\(HTML.escaped(picture.title))</h3>
    <img src="\(HTML.address(of: picture.image))" alt="\(HTML.escaped(picture.title))" \
    width="\(picture.image.width)" height="\(picture.image.height)">
    \(caption(picture.explanation))</figure>

    """
  }

  private static func table(_ table: ReportContent.Table) -> String {
    let head =
      table.header.isEmpty
      ? ""
      : "<thead>\(row(table.header.map { "<th scope=\"col\">\(HTML.escaped($0))</th>" }))</thead>"
    let rows = table.rows.map { cells in
      row(
        cells.enumerated().map { column, cell in
          column == 0
            ? "<th scope=\"row\">\(HTML.escaped(cell))</th>"
            : "<td\(isNumber(cell) ? " class=\"number\"" : "")>\(HTML.escaped(cell))</td>"
        })
    }
    return """
      <div class="table">
      <h3>\(HTML.escaped(table.title))</h3>
      <div class="scroll"><table>\(head)<tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      </div>

      """
  }

  /// Whether a cell is nothing but a number, which must not be broken over two lines.
  private static func isNumber(_ cell: String) -> Bool {
    Double(cell.filter { $0 != "," }.map { $0 == "−" ? "-" : String($0) }.joined()) != nil
  }

  private static func row(_ cells: [String]) -> String { "<tr>\(cells.joined())</tr>" }
}
