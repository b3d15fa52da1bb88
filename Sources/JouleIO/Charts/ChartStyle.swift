/// The look of charts, on a report page and in files of their own, on light and on dark ground.
enum ChartStyle {
  /// Colours by role, as CSS.
  struct Palette {
    var ground: String
    var text: String
    var soft: String
    var line: String
    var axis: String
    /// Of series: those of Okabe and Ito, which colour-blind readers can tell apart.
    var series: [String]

    static let light = Palette(
      ground: "#ffffff", text: "#1d2127", soft: "#5a626d", line: "#e3e5e8", axis: "#8b939e",
      series: ["#0066a6", "#c84f00", "#00805c", "#a8437f", "#8a6d00", "#3c4654"])
    static let dark = Palette(
      ground: "#1d2126", text: "#e7eaee", soft: "#a3acb8", line: "#30363e", axis: "#737d8a",
      series: ["#5ab6f0", "#f28b4b", "#3cc9a0", "#e48cc0", "#e3c64a", "#c3ccd8"])

    /// The palette as custom properties of CSS.
    var properties: String {
      "--card: \(ground); --text: \(text); --soft: \(soft); --line: \(line); --axis: \(axis);\n"
        + series.enumerated().map { "--c\($0): \($1);" }.joined(separator: " ")
    }

    /// References to those properties.
    static let variables = Palette(
      ground: "var(--card)", text: "var(--text)", soft: "var(--soft)", line: "var(--line)",
      axis: "var(--axis)", series: (0..<ChartDrawing.colorCount).map { "var(--c\($0))" })
  }

  /// The rules that a palette decides. Files of charts alone spell colours out: not every program
  /// that shows SVG knows custom properties.
  static func colors(_ palette: Palette) -> String {
    palette.series.enumerated().map { ".c\($0) { color: \($1); }" }.joined(separator: " ") + """

      svg text { fill: \(palette.soft); } svg .label, svg .title { fill: \(palette.text); }
      .ground { fill: \(palette.ground); } .mark { stroke: \(palette.ground); }
      .grid { stroke: \(palette.line); } .axis { stroke: \(palette.axis); }
      .guide { stroke: \(palette.axis); }
      """
  }

  /// The rules that hold on any ground.
  static let shapes = """
    svg text { font-size: 15px; } svg .note { font-size: 13px; }
    .curve {
      fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round;
      stroke-linecap: round;
    }
    .mark { fill: currentColor; stroke-width: 0.8; }
    .hint { fill: transparent; stroke: none; }
    .bar { fill: currentColor; fill-opacity: 0.75; }
    .guide { stroke-width: 1.2; stroke-dasharray: 3 4; }
    .mark:hover, .hint:hover { fill: currentColor; stroke: currentColor; stroke-width: 3; }
    .bar:hover { fill-opacity: 1; }
    """

  static let fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
}
