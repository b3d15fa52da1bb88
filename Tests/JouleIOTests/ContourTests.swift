import JouleIO
import Testing

/// Contours of functions whose level sets are known.
@Suite struct ContourTests {
  static let ticks = (-20...20).map { Double($0) / 10 }

  private static func contours(
    _ levels: [Double], of function: (Double, Double) -> Double
  ) -> [[(x: Double, y: Double)]] {
    let values = ticks.flatMap { x in ticks.map { function(x, $0) } }
    let series = Chart.Series.contours(
      name: "", of: values, x: ticks, y: ticks, levels: levels)
    return series.points.split(whereSeparator: \.x.isNaN).map(Array.init)
  }

  @Test func circlesAreClosedAndWhereTheyBelong() {
    // Linear interpolation of a function whose second derivative is 2 errs by h²/4 at most.
    let lines = Self.contours([0.5, 1, 2]) { $0 * $0 + $1 * $1 }
    #expect(lines.count == 3)
    for (line, level) in zip(lines, [0.5, 1, 2]) {
      #expect(line[0] == line[line.count - 1] && line.count > 20)
      let worst = line.map { abs($0.x * $0.x + $0.y * $0.y - level) }.max() ?? .nan
      #expect(worst <= 0.01 / 4 + 1e-12, "level \(level)")
      // No step is longer than the diagonal of a cell.
      let steps = zip(line, line.dropFirst()).map { abs($0.x - $1.x) + abs($0.y - $1.y) }
      #expect((steps.max() ?? .nan) < 0.2 + 1e-12)
    }
  }

  @Test func aPlaneHasOneStraightLineFromBorderToBorder() {
    let lines = Self.contours([0.31]) { $0 + 2 * $1 }
    #expect(lines.count == 1)
    #expect(lines[0].allSatisfy { abs($0.x + 2 * $0.y - 0.31) < 1e-12 })
    let ends = [lines[0].map(\.x).min(), lines[0].map(\.x).max()]
    #expect(ends == [-2, 2])
  }

  /// Two branches on either side of the origin, for a level on either side of zero.
  @Test(arguments: [0.003, -0.003]) func aSaddleIsCutTheRightWay(level: Double) {
    let lines = Self.contours([level]) { $0 * $1 }
    #expect(lines.count == 2)
    for line in lines {
      let isRight = line[0].x > 0
      #expect(line.allSatisfy { ($0.x > 0) == isRight && $0.x * $0.y * level > 0 })
    }
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    let lines = Self.contours([1]) { $0 > 0.55 ? .nan : $0 * $0 + $1 * $1 }
    #expect(lines.count == 1 && lines[0].allSatisfy { $0.x <= 0.5 })
    #expect(lines[0][0] != lines[0][lines[0].count - 1])
    #expect(Self.contours([1]) { _, _ in .infinity }.isEmpty)
    #expect(Self.contours([1]) { _, _ in 0.5 }.isEmpty)
  }

  @Test func outlinesHaveNoMarks() throws {
    let circle = Self.contours([1]) { $0 * $0 + $1 * $1 }[0]
    let chart = Chart(
      title: "", x: "", y: "", series: [.init(name: "", points: circle, mark: .outline)])
    let svg = try #require(ChartDrawing(chart)).svg
    #expect(svg.contains("class=\"curve") && !svg.contains("<circle"))
  }
}
