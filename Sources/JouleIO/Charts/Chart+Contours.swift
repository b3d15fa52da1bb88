extension Chart.Series {
  /// The lines along which a function on a grid has given values, by marching squares: between two grid points the
  /// function is taken to be linear.
  ///
  /// - Parameters:
  ///   - values: f(x[i], y[j]), `[x.count, y.count]`, row-major. A cell with a corner that is not finite is left out.
  ///   - x: ascending, at least two.
  ///   - y: ascending, at least two.
  ///   - levels: the values that lines stand for; all lines are one series.
  public static func contours(
    name: String, of values: [Double], x: [Double], y: [Double], levels: [Double]
  ) -> Chart.Series {
    precondition(
      x.count > 1 && y.count > 1 && values.count == x.count * y.count,
      "\(values.count) values on a grid of \(x.count) × \(y.count) points, at least 2 × 2")
    let lines = levels.flatMap { ContourLines(values, x, y, level: $0).lines }
    // What cannot be drawn keeps one line from the next.
    let points = lines.flatMap { $0 + [(x: .nan, y: .nan)] }
    return Chart.Series(name: name, points: points, mark: .outline)
  }
}

/// The contour of one level, its pieces joined to lines.
private struct ContourLines {
  /// An edge of the grid: from a grid point to the right (along x) or upwards (along y).
  private struct Edge: Hashable {
    let i: Int
    let j: Int
    let isAlongX: Bool
  }

  private let values: [Double]
  private let x: [Double]
  private let y: [Double]
  private let level: Double
  /// The edges that a line goes on to from each edge, one or two, in the order of the cells.
  private var links: [Edge: [Edge]] = [:]
  /// Crossed edges in the order in which they were found, so that the same values give the same lines.
  private var order: [Edge] = []

  init(_ values: [Double], _ x: [Double], _ y: [Double], level: Double) {
    (self.values, self.x, self.y, self.level) = (values, x, y, level)
    for i in 0..<x.count - 1 {
      for j in 0..<y.count - 1 { cross(i, j) }
    }
  }

  private func value(_ i: Int, _ j: Int) -> Double { values[i * y.count + j] }

  /// Joins the edges of one cell that the contour crosses.
  private mutating func cross(_ i: Int, _ j: Int) {
    let corners = [value(i, j), value(i + 1, j), value(i + 1, j + 1), value(i, j + 1)]
    guard corners.allSatisfy(\.isFinite) else { return }
    let isAbove = corners.map { $0 >= level }
    let sides = [
      Edge(i: i, j: j, isAlongX: true), Edge(i: i + 1, j: j, isAlongX: false),
      Edge(i: i, j: j + 1, isAlongX: true), Edge(i: i, j: j, isAlongX: false),
    ]
    let crossed = (0..<4).filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
    if crossed.count == 2 { join(sides[crossed[0]], sides[crossed[1]]) }
    guard crossed.count == 4 else { return }
    // A saddle: the mean of the corners decides which pair of opposite ones is connected.
    let isMiddleAbove = corners.reduce(0, +) / 4 >= level
    if isMiddleAbove == isAbove[0] {
      join(sides[0], sides[1])
      join(sides[2], sides[3])
    } else {
      join(sides[3], sides[0])
      join(sides[1], sides[2])
    }
  }

  private mutating func join(_ a: Edge, _ b: Edge) {
    for (from, to) in [(a, b), (b, a)] {
      if links[from] == nil { order.append(from) }
      links[from, default: []].append(to)
    }
  }

  /// Where the contour crosses an edge.
  private func place(_ edge: Edge) -> (x: Double, y: Double) {
    let start = value(edge.i, edge.j)
    let end = edge.isAlongX ? value(edge.i + 1, edge.j) : value(edge.i, edge.j + 1)
    let share = (level - start) / (end - start)
    return edge.isAlongX
      ? (x[edge.i] + share * (x[edge.i + 1] - x[edge.i]), y[edge.j])
      : (x[edge.i], y[edge.j] + share * (y[edge.j + 1] - y[edge.j]))
  }

  /// Lines with ends, at the border of the grid, first; then those that close.
  var lines: [[(x: Double, y: Double)]] {
    var seen: Set<Edge> = []
    let ends = order.filter { links[$0]?.count == 1 }
    return (ends + order).compactMap { start in
      guard seen.insert(start).inserted else { return nil }
      var line = [place(start)]
      var last = start
      while let next = links[last]?.first(where: { !seen.contains($0) }) {
        seen.insert(next)
        line.append(place(next))
        last = next
      }
      if links[last]?.contains(start) == true, line.count > 2 { line.append(line[0]) }
      return line
    }
  }
}
